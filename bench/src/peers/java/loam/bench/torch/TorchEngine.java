package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Row;
import loam.bench.Rows;
import loam.bench.Vit;
import loam.bench.Work;

/**
 * libtorch through DJL's PyTorch engine, as fast as it goes: every array of an iteration belongs to a manager that is closed at its
 * end, gradients start absent instead of zero, and Adam and AdamW are libtorch's fused ones.
 */
public final class TorchEngine implements Engine {
    private final ai.djl.engine.Engine engine = ai.djl.engine.Engine.getEngine("PyTorch");
    private final PtNDManager manager = (PtNDManager) engine.newBaseManager();
    private final Script script;
    private final TorchContext context;
    private NDArray[] probe;

    /** Loads the native libraries. */
    public TorchEngine() throws IOException {
        script = new Script(manager);
        context = new TorchContext(engine, manager, script, new ArrayList<>());
    }

    @Override
    public Work open(Row row, Path dir) throws IOException {
        Problem p = row.problem();
        if (p instanceof Problem.Training training) {
            return TorchClassifier.of(training, dir, context);
        }
        if (p instanceof Vit vit) {
            return new TorchVit(vit, dir, context);
        }
        return TorchOps.of(p, dir, context);
    }

    @Override
    public Work probe(Path dir) throws IOException {
        Problem.Product p = (Problem.Product) Rows.named(Rows.PROBE).problem();
        probe = new NDArray[] {context.read(dir, "a", p.leftShape()), context.read(dir, "b", p.rightShape()), manager.zeros(new Shape(p.m(), p.n()))};
        return TorchOps.of(p, dir, context);
    }

    @Override
    public long handles() {
        NDManager root = manager;
        while (root.getParentManager() != null) {
            root = root.getParentManager();
        }
        return Math.max(root.getManagedArrays().size(), manager.getManagedArrays().size()) + context.handles();
    }

    @Override
    public void ownProducts(int iterations) {
        if (probe == null) {
            throw new IllegalStateException("open the probe first");
        }
        script.products(probe[0], probe[1], probe[2], iterations);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> m = new LinkedHashMap<>();
        m.put("engine", "libtorch " + engine.getVersion() + " through DJL " + ai.djl.engine.Engine.getDjlVersion());
        m.put("threads", Integer.toString(JniUtils.getNumThreads()));
        m.put("optimizer", "torch._fused_adam_, torch._fused_adamw_");
        return m;
    }
}
