package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Rows;
import loam.bench.Work;
import loam.bench.work.Samples;

/**
 * libtorch through DJL's PyTorch engine, as fast as it goes: every array of an iteration belongs to a manager that is closed at its
 * end, gradients start absent instead of zero, and Adam is libtorch's fused one.
 */
public final class TorchEngine implements Engine {
    private final ai.djl.engine.Engine engine = ai.djl.engine.Engine.getEngine("PyTorch");
    private final PtNDManager manager = (PtNDManager) engine.newBaseManager();
    private final Script script;
    private NDArray[] probe;

    /** Loads the native libraries. */
    public TorchEngine() throws IOException {
        script = new Script(manager);
    }

    @Override
    public Work open(Row row, Path dir) throws IOException {
        if (row.problem() instanceof Problem.Product p) {
            Product work = new Product(p, dir);
            if (row.name().equals(Rows.PROBE)) {
                probe = new NDArray[] {work.left, work.right, manager.zeros(new Shape(p.n(), p.n()))};
            }
            return work;
        }
        return new TorchTraining((Problem.Training) row.problem(), dir, engine, manager, script);
    }

    @Override
    public long handles() {
        NDManager root = manager;
        while (root.getParentManager() != null) {
            root = root.getParentManager();
        }
        return Math.max(root.getManagedArrays().size(), manager.getManagedArrays().size());
    }

    @Override
    public void ownProducts(int iterations) {
        if (probe == null) {
            throw new IllegalStateException("open " + Rows.PROBE + " first");
        }
        script.products(probe[0], probe[1], probe[2], iterations);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> m = new LinkedHashMap<>();
        m.put("engine", "libtorch " + engine.getVersion() + " through DJL " + ai.djl.engine.Engine.getDjlVersion());
        m.put("threads", Integer.toString(JniUtils.getNumThreads()));
        m.put("optimizer", "torch._fused_adam_");
        return m;
    }

    private final class Product implements Work {
        private final NDArray left;
        private final NDArray right;

        Product(Problem.Product p, Path dir) throws IOException {
            Shape shape = new Shape(p.n(), p.n());
            NDArray a = manager.create(Raw.floats(dir.resolve("a")), shape);
            NDArray b = manager.create(Raw.floats(dir.resolve("b")), shape);
            left = p.transposeA() ? a.transpose() : a;
            right = p.transposeB() ? b.transpose() : b;
        }

        @Override
        public void iterate(int n) {
            for (int i = 0; i < n; i++) {
                left.matMul(right).close();
            }
        }

        @Override
        public double[] results() {
            try (NDArray c = left.matMul(right)) {
                return Samples.of(c.toFloatArray());
            }
        }
    }
}
