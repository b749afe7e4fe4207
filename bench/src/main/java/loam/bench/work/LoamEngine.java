package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Work;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.KernelSets;

/** Loam, used through its public API as in a user's program. */
public final class LoamEngine implements Engine {
    @Override
    public Work open(Row row, Path dir) throws IOException {
        if (row.problem() instanceof Problem.Product p) {
            return new Product(p, dir);
        }
        return new LoamTraining((Problem.Training) row.problem(), dir);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> m = new LinkedHashMap<>();
        KernelSets.Choice choice = KernelSets.choice();
        m.put("kernels", choice.kernels().name());
        m.put("kernelsWhy", choice.reason());
        return m;
    }

    private static final class Product implements Work {
        private final Tensor left;
        private final Tensor right;
        private Tensor last;

        Product(Problem.Product p, Path dir) throws IOException {
            Tensor a = Tensor.of(Shape.of(p.n(), p.n()), Raw.floats(dir.resolve("a")));
            Tensor b = Tensor.of(Shape.of(p.n(), p.n()), Raw.floats(dir.resolve("b")));
            left = p.transposeA() ? a.t() : a;
            right = p.transposeB() ? b.t() : b;
        }

        @Override
        public void iterate(int n) {
            for (int i = 0; i < n; i++) {
                last = left.matmul(right);
            }
        }

        @Override
        public double[] results() {
            iterate(1);
            return Samples.of(last.toFloats());
        }
    }
}
