package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import loam.bench.Problem;
import loam.bench.Work;

/** Single operations in libtorch, without history; backward passes are its own derivative functions, called directly. */
final class TorchOps implements Work {
    private final TorchContext owner;
    private final Function<PtNDManager, NDList> step;

    /** {@code step} computes arrays that belong to the manager it is given. */
    private TorchOps(TorchContext owner, Function<PtNDManager, NDList> step) {
        this.owner = owner;
        this.step = step;
    }

    static Work of(Problem problem, Path dir, TorchContext context) throws IOException {
        TorchContext c = context.scoped();
        if (problem instanceof Problem.Product p) {
            NDArray a = c.read(dir, "a", p.leftShape());
            NDArray b = c.read(dir, "b", p.rightShape());
            int rank = p.leftShape().length;
            NDArray left = p.transposeA() ? a.swapAxes(rank - 2, rank - 1) : a;
            NDArray right = p.transposeB() ? b.swapAxes(rank - 2, rank - 1) : b;
            return simple(c, () -> left.matMul(right));
        }
        if (problem instanceof Problem.Convolution p) {
            return convolution(p, dir, c);
        }
        if (problem instanceof Problem.Entries p) {
            NDArray x = c.read(dir, "x", p.n());
            NDArray y = p.function() == Problem.Function.ADD ? c.read(dir, "y", p.n()) : null;
            return simple(c, () -> switch (p.function()) {
                case ADD -> x.add(y);
                case RELU -> x.getNDArrayInternal().relu();
                case SUM -> x.sum();
                case EXP -> x.exp();
                case TANH -> x.tanh();
                case GELU -> x.getNDArrayInternal().gelu();
                case LOG -> x.log();
            });
        }
        if (problem instanceof Problem.SoftmaxRows p) {
            NDArray x = c.read(dir, "x", p.rows(), p.columns());
            return simple(c, () -> x.softmax(1));
        }
        if (problem instanceof Problem.LayerNorm p) {
            NDArray x = c.read(dir, "x", p.rows(), p.columns());
            NDArray w = c.read(dir, "w", p.columns());
            NDArray b = c.read(dir, "b", p.columns());
            NDArray dy = c.read(dir, "dy", p.rows(), p.columns());
            return new TorchOps(c, scope -> c.script().call(scope, "layer_norm", Problem.LayerNorm.EPS, x, w, b, dy));
        }
        throw new IllegalArgumentException("no work for " + problem);
    }

    private static Work convolution(Problem.Convolution p, Path dir, TorchContext c) throws IOException {
        NDArray x = c.read(dir, "x", p.inputShape());
        NDArray w = c.read(dir, "w", p.weightShape());
        NDArray b = c.read(dir, "b", p.out());
        if (p.backward()) {
            NDArray dy = c.read(dir, "dy", p.outputShape());
            return new TorchOps(c, scope -> c.script().call(scope, p.inputGradient() ? "convolution_all" : "convolution_first", null, x, w, dy));
        }
        Shape one = new Shape(1, 1);
        return simple(c, () -> x.getNDArrayInternal().convolution(x, w, b, one, one, one, 1).head());
    }

    /** An operation whose result belongs to its input's manager, and is closed by itself: a scope for one array costs as much as a small operation. */
    private static Work simple(TorchContext owner, Supplier<NDArray> operation) {
        return new Work() {
            @Override
            public void iterate(int n) {
                for (int i = 0; i < n; i++) {
                    operation.get().close();
                }
            }

            @Override
            public float[][] results() {
                try (NDArray y = operation.get()) {
                    return new float[][] {y.toFloatArray()};
                }
            }

            @Override
            public void close() {
                owner.close();
            }
        };
    }

    @Override
    public void iterate(int n) {
        for (int i = 0; i < n; i++) {
            try (NDManager scope = owner.manager().newSubManager()) {
                step.apply((PtNDManager) scope);
            }
        }
    }

    @Override
    public float[][] results() {
        try (NDManager scope = owner.manager().newSubManager()) {
            return step.apply((PtNDManager) scope).stream().map(NDArray::toFloatArray).toArray(float[][]::new);
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
