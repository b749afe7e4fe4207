package loam.bench.work;

import java.util.Arrays;
import java.util.List;
import loam.autograd.OpSpec;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Draws the inputs of an op's samples. Floating numbers are float32-representable, so that every type gets the same ones. */
public final class SpecDraws {
    private static final double KINK_GAP = 0.05;

    private SpecDraws() { }

    /** All inputs in F64 (or their own type), each from a generator of its own. */
    public static Tensor[] draw(List<OpSpec.Input> inputs, Rng rng) {
        Tensor[] out = new Tensor[inputs.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = draw(inputs.get(i), rng.split("input" + i));
        }
        return out;
    }

    private static Tensor draw(OpSpec.Input input, Rng rng) {
        Shape shape = input.shape();
        int n = shape.numel();
        switch (input.kind()) {
            case UNIFORM -> {
                double[] v = new double[n];
                for (int i = 0; i < n; i++) {
                    v[i] = away(rng, input);
                }
                return rounded(shape, v);
            }
            case DISTINCT -> {
                int[] order = rng.permutation(n);
                double[] v = new double[n];
                for (int i = 0; i < n; i++) {
                    v[i] = input.low() + (input.high() - input.low()) * (order[i] + 0.5) / n;
                }
                return rounded(shape, v);
            }
            case POSITIVE_DEFINITE -> {
                return positiveDefinite(shape, rng);
            }
            case INDEX -> {
                long[] v = new long[n];
                for (int i = 0; i < n; i++) {
                    v[i] = (long) input.low() + rng.nextInt((int) (input.high() - input.low()));
                }
                return Tensor.ofLongs(shape, v);
            }
            case MASK -> {
                boolean[] v = new boolean[n];
                for (int i = 0; i < n; i++) {
                    v[i] = rng.nextBoolean();
                }
                return Tensor.ofBooleans(shape, v);
            }
            default -> throw new IllegalStateException("no way to draw " + input.kind());
        }
    }

    private static double away(Rng rng, OpSpec.Input input) {
        while (true) {
            double v = input.low() + (input.high() - input.low()) * rng.nextDouble();
            boolean near = Arrays.stream(input.kinks()).anyMatch(k -> Math.abs(v - k) < KINK_GAP);
            if (!near) {
                return v;
            }
        }
    }

    /** {@code a aT / n + 1} for each matrix of the batch: condition numbers of about ten. */
    private static Tensor positiveDefinite(Shape shape, Rng rng) {
        int n = shape.dim(-1);
        double[] a = new double[shape.numel()];
        rng.normal(a, 0, a.length);
        Tensor m = Tensor.ofDoubles(shape, a);
        Tensor s = m.matmul(m.transpose(-1, -2)).div(n).add(Tensor.eye(n).to(DType.F64)).to(DType.F32).to(DType.F64);
        return s.add(s.transpose(-1, -2)).div(2);
    }

    private static Tensor rounded(Shape shape, double[] values) {
        return Tensor.ofDoubles(shape, values).to(DType.F32).to(DType.F64);
    }
}
