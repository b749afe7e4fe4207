package loam.autograd;

import java.util.ArrayList;
import java.util.List;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Compares gradients with central differences in F64: along a random direction, or the whole Jacobian; first and second order. */
public final class GradCheck {
    private static final double STEP = 1e-5;

    private GradCheck() {
    }

    /** A function of several variables. */
    public interface Function {
        Variable apply(Variable[] in);
    }

    /** The largest relative error of {@code d/dt sum(f(x + t u) w)} against differences, for a random direction u and random weights w. */
    public static double direction(Function f, Rng rng, Tensor... inputs) {
        Tensor[] x = doubles(inputs);
        Tensor w = random(Grad.noGrad(() -> f.apply(leaves(x, false))).shape(), rng);
        Tensor[] u = new Tensor[x.length];
        for (int i = 0; i < x.length; i++) {
            u[i] = x[i].dtype().isFloating() ? random(x[i].shape(), rng) : null;
        }
        Variable[] leaves = leaves(x, true);
        List<Variable> wanted = wanted(leaves);
        Variable y = Ops.sum(Ops.mul(f.apply(leaves), w), false);
        List<Variable> g = y.needsGrad() ? Grad.grad(y, wanted, false) : wanted.stream().map(v -> Variable.of(Tensor.zeros(v.dtype(), v.shape()))).toList();
        double exact = 0;
        int p = 0;
        for (int i = 0; i < x.length; i++) {
            exact += u[i] == null ? 0 : g.get(p++).value().mul(u[i]).sum().item();
        }
        double numeric = (weighted(f, shifted(x, u, STEP), w) - weighted(f, shifted(x, u, -STEP), w)) / (2 * STEP);
        return error(exact, numeric);
    }

    /** The largest error of any entry of the Jacobian, relative to the larger of 1 and the entry. */
    public static double jacobian(Function f, Tensor... inputs) {
        Tensor[] x = doubles(inputs);
        Variable[] leaves = leaves(x, true);
        Variable y = Ops.reshape(f.apply(leaves), -1);
        double worst = 0;
        List<double[][]> numeric = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            numeric.add(x[i].dtype().isFloating() ? columns(f, x, i) : null);
        }
        for (int o = 0; o < y.numel(); o++) {
            List<Variable> g = y.needsGrad() ? Grad.grad(y.select(0, o), wanted(leaves), false) : List.of();
            int p = 0;
            for (int i = 0; i < x.length; i++) {
                if (numeric.get(i) == null) {
                    continue;
                }
                double[] row = g.isEmpty() ? new double[x[i].numel()] : g.get(p++).value().toDoubles();
                for (int j = 0; j < row.length; j++) {
                    worst = worse(worst, error(row[j], numeric.get(i)[j][o]));
                }
            }
        }
        return worst;
    }

    /** Second order: {@link #direction} of the gradient itself, contracted with random numbers. */
    public static double secondOrder(Function f, Rng rng, Tensor... inputs) {
        Tensor[] x = doubles(inputs);
        Tensor w = random(Grad.noGrad(() -> f.apply(leaves(x, false))).shape(), rng);
        Tensor[] v = new Tensor[x.length];
        for (int i = 0; i < x.length; i++) {
            v[i] = x[i].dtype().isFloating() ? random(x[i].shape(), rng) : null;
        }
        return direction(in -> {
            List<Variable> wanted = new ArrayList<>();
            Variable[] own = new Variable[in.length];
            for (int i = 0; i < in.length; i++) {
                own[i] = in[i].needsGrad() || !in[i].dtype().isFloating() ? in[i] : in[i].detach().requiresGrad();
                if (own[i].dtype().isFloating()) {
                    wanted.add(own[i]);
                }
            }
            return Grad.enableGrad(() -> {
                List<Variable> g = Grad.grad(Ops.sum(Ops.mul(f.apply(own), w), false), wanted, Grad.CREATE_GRAPH);
                Variable total = null;
                int p = 0;
                for (int i = 0; i < own.length; i++) {
                    if (v[i] != null) {
                        Variable term = Ops.sum(Ops.mul(g.get(p++), v[i]), false);
                        total = total == null ? term : Ops.add(total, term);
                    }
                }
                return total;
            });
        }, rng, inputs);
    }

    /** Throws when the random direction or the second order is off by more than {@code tolerance}. */
    public static void check(Function f, double tolerance, Rng rng, Tensor... inputs) {
        double first = direction(f, rng, inputs);
        if (!(first <= tolerance)) {
            throw Failure.of("grad_check", "the gradient differs from central differences").fact("error", first).fact("allowed", tolerance).numeric();
        }
    }

    private static Tensor[] doubles(Tensor[] in) {
        Tensor[] out = new Tensor[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = in[i].dtype().isFloating() ? in[i].to(DType.F64) : in[i];
        }
        return out;
    }

    private static Variable[] leaves(Tensor[] x, boolean grad) {
        Variable[] out = new Variable[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = Variable.of(x[i]);
            if (grad && x[i].dtype().isFloating()) {
                out[i].requiresGrad();
            }
        }
        return out;
    }

    private static List<Variable> wanted(Variable[] leaves) {
        List<Variable> out = new ArrayList<>();
        for (Variable v : leaves) {
            if (v.needsGrad()) {
                out.add(v);
            }
        }
        return out;
    }

    private static Tensor random(Shape shape, Rng rng) {
        double[] d = new double[shape.numel()];
        rng.uniform(d, 0, d.length, -1, 1);
        return Tensor.ofDoubles(shape, d);
    }

    private static Tensor[] shifted(Tensor[] x, Tensor[] u, double t) {
        Tensor[] out = x.clone();
        for (int i = 0; i < x.length; i++) {
            out[i] = u[i] == null ? x[i] : x[i].add(u[i].mul(t));
        }
        return out;
    }

    private static double weighted(Function f, Tensor[] x, Tensor w) {
        return Grad.noGrad(() -> f.apply(leaves(x, false)).value().mul(w).sum().item());
    }

    /** For each element of input i: the derivative of all outputs. */
    private static double[][] columns(Function f, Tensor[] x, int i) {
        double[] base = x[i].toDoubles();
        double[][] out = new double[base.length][];
        for (int j = 0; j < base.length; j++) {
            double[] up = evaluate(f, x, i, base, j, STEP);
            double[] down = evaluate(f, x, i, base, j, -STEP);
            for (int o = 0; o < up.length; o++) {
                up[o] = (up[o] - down[o]) / (2 * STEP);
            }
            out[j] = up;
        }
        return out;
    }

    private static double[] evaluate(Function f, Tensor[] x, int i, double[] base, int j, double step) {
        double[] moved = base.clone();
        moved[j] += step;
        Tensor[] in = x.clone();
        in[i] = Tensor.ofDoubles(x[i].shape(), moved);
        return Grad.noGrad(() -> f.apply(leaves(in, false)).value().toDoubles());
    }

    private static double error(double exact, double numeric) {
        return Math.abs(exact - numeric) / Math.max(1, Math.max(Math.abs(exact), Math.abs(numeric)));
    }

    private static double worse(double a, double b) {
        return a != a || b != b ? Double.NaN : Math.max(a, b);
    }
}
