package loam.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import loam.tensor.DType;
import loam.tensor.Shape;

/**
 * What a test or benchmark needs to know of an operation: sample inputs with their domain, how to apply it, how exact it is. Each class
 * in {@code loam.autograd.ops} has a static {@code spec()}; {@link Ops#all()} lists them.
 */
public final class OpSpec {
    /** How the numbers of an input are drawn. */
    public enum Kind {
        /** Uniform in [low, high). */
        UNIFORM,
        /** A shuffled, evenly spaced grid over [low, high): no two values are close. */
        DISTINCT,
        /** Batches of symmetric positive definite matrices. */
        POSITIVE_DEFINITE,
        /** Integers in [low, high), I64, no gradient. */
        INDEX,
        /** Coin flips, BOOL, no gradient. */
        MASK
    }

    /** One input: {@code dtype} null means the floating type under test. Values keep 0.05 away from {@code kinks}. */
    public record Input(Shape shape, double low, double high, DType dtype, Kind kind, double[] kinks) {
        /** Whether gradients with respect to this input are checked. */
        public boolean differentiable() {
            return dtype == null;
        }
    }

    /** Applies the operation to inputs given in order. */
    public interface Body {
        Variable apply(Variable[] in);
    }

    /** One case. */
    public record Sample(String name, Body body, List<Input> inputs) {
    }

    private final String name;
    private final List<Sample> samples = new ArrayList<>();
    private boolean secondOrder = true;
    private double tolerance = 8;
    private String surrogateReason;
    private BiFunction<Variable[], Variable, Variable[]> surrogate;

    private OpSpec(String name) {
        this.name = name;
    }

    /** A specification to be filled with {@link #sample}. */
    public static OpSpec of(String name) {
        return new OpSpec(name);
    }

    /** An elementwise function on [low, high), in several shapes. */
    public static OpSpec unary(String name, double low, double high, UnaryOperator<Variable> f, double... kinks) {
        OpSpec s = of(name);
        for (int[] d : new int[][] {{7}, {3, 5}, {2, 3, 33}, {}, {0, 3}}) {
            s.sample(Shape.of(d).toString(), in -> f.apply(in[0]), input(low, high, kinks, d));
        }
        return s;
    }

    /** A broadcasting function of two inputs. */
    public static OpSpec binary(String name, Input a, Input b, BinaryOperator<Variable> f) {
        OpSpec s = of(name);
        int[][][] shapes = {{{5}, {5}}, {{3, 4}, {3, 4}}, {{3, 1}, {1, 37}}, {{2, 3, 4}, {4}}, {{}, {2, 3}}, {{2, 1}, {}}, {{0, 3}, {1, 3}}};
        for (int[][] d : shapes) {
            s.sample(Shape.of(d[0]) + " " + Shape.of(d[1]), in -> f.apply(in[0], in[1]), input(a.low, a.high, a.kinks, d[0]), input(b.low, b.high, b.kinks, d[1]));
        }
        return s;
    }

    /** A floating input, uniform in [low, high). */
    public static Input input(double low, double high, int... dims) {
        return input(low, high, new double[0], dims);
    }

    /** A floating input that keeps away from kinks. */
    public static Input input(double low, double high, double[] kinks, int... dims) {
        return new Input(Shape.of(dims), low, high, null, Kind.UNIFORM, kinks);
    }

    /** A floating input without ties. */
    public static Input distinct(double low, double high, int... dims) {
        return new Input(Shape.of(dims), low, high, null, Kind.DISTINCT, new double[0]);
    }

    /** Symmetric positive definite matrices. */
    public static Input positiveDefinite(int... dims) {
        return new Input(Shape.of(dims), 0, 1, null, Kind.POSITIVE_DEFINITE, new double[0]);
    }

    /** Integers in [0, bound). */
    public static Input index(int bound, int... dims) {
        return new Input(Shape.of(dims), 0, bound, DType.I64, Kind.INDEX, new double[0]);
    }

    /** A BOOL input. */
    public static Input mask(int... dims) {
        return new Input(Shape.of(dims), 0, 1, DType.BOOL, Kind.MASK, new double[0]);
    }

    /** Adds a case. */
    public OpSpec sample(String label, Body body, Input... inputs) {
        samples.add(new Sample(label, body, List.of(inputs)));
        return this;
    }

    /** Says that the second derivative is zero almost everywhere or not worth checking. */
    public OpSpec firstOrderOnly() {
        secondOrder = false;
        return this;
    }

    /** How many units of {@code 2^-24 * sqrt(terms)} of the largest entry F32 may be off (8 unless said). */
    public OpSpec tolerance(double units) {
        tolerance = units;
        return this;
    }

    /** Says that backward is on purpose not the derivative: why, and what is expected of (inputs, dy). */
    public OpSpec surrogate(String reason, BiFunction<Variable[], Variable, Variable[]> expected) {
        surrogateReason = reason;
        surrogate = expected;
        return this;
    }

    public String name() {
        return name;
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    public boolean secondOrder() {
        return secondOrder;
    }

    public double tolerance() {
        return tolerance;
    }

    /** Null when backward is the derivative. */
    public String surrogateReason() {
        return surrogateReason;
    }

    public BiFunction<Variable[], Variable, Variable[]> surrogateExpected() {
        return surrogate;
    }

    @Override
    public String toString() {
        return name;
    }
}
