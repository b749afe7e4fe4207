package loam.bench.work;

import java.util.List;
import loam.bench.Work;
import loam.tensor.Tensor;
import loam.tensor.Workspace;

/** Work of Loam's side: each iteration is a step inside one reused workspace, as a training loop has it. */
abstract class LoamWork implements Work {
    final Workspace workspace = new Workspace();
    private final Runnable step = this::step;

    /** One iteration; what it computed. */
    abstract List<Tensor> step();

    @Override
    public void iterate(int n) {
        for (int i = 0; i < n; i++) {
            workspace.run(step);
        }
    }

    @Override
    public void iteratePlainly(int n) {
        for (int i = 0; i < n; i++) {
            step();
        }
    }

    @Override
    public float[][] results() {
        float[][][] out = new float[1][][];
        workspace.run(() -> {
            out[0] = step().stream().map(Tensor::toFloats).toArray(float[][]::new);
        });
        return out[0];
    }
}
