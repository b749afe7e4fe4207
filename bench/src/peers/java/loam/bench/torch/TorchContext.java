package loam.bench.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loam.bench.Raw;

/** What every work of the peer needs. */
record TorchContext(Engine engine, PtNDManager manager, Script script, List<PtNDManager> scopes) {
    /** An array from a file, owned by the manager. */
    NDArray read(Path dir, String name, int... shape) throws IOException {
        return manager.create(Raw.floats(dir.resolve(name)), shape(shape));
    }

    /** The same for a manager of the work's own, so that the work can close all at once. */
    TorchContext scoped() {
        PtNDManager scope = (PtNDManager) manager.newSubManager();
        scopes.add(scope);
        return new TorchContext(engine, scope, script, scopes);
    }

    /** Closes all that this work's own manager holds. */
    void close() {
        scopes.remove(manager);
        manager.close();
    }

    /** Arrays that the works' own managers hold. */
    long handles() {
        return scopes.stream().mapToLong(m -> m.getManagedArrays().size()).sum();
    }

    static Shape shape(int... dims) {
        return new Shape(Arrays.stream(dims).asLongStream().toArray());
    }

    /**
     * The same memory under a handle of this scope. A leaf made this way has no gradient yet, so that backward hands its own over instead of
     * adding to zeros.
     */
    static NDArray alias(NDArray array, NDManager scope) {
        NDArray alias = array.stopGradient();
        alias.attach(scope);
        return alias;
    }
}
