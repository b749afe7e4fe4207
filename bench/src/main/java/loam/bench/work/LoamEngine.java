package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Row;
import loam.bench.Vit;
import loam.bench.Work;
import loam.tensor.kernel.KernelSets;

/** Loam, used through its public API as in a user's program. */
public final class LoamEngine implements Engine {
    @Override
    public Work open(Row row, Path dir) throws IOException {
        Problem p = row.problem();
        if (p instanceof Problem.Product product) {
            return LoamOps.product(product, dir);
        }
        if (p instanceof Problem.Convolution convolution) {
            return LoamOps.convolution(convolution, dir);
        }
        if (p instanceof Problem.Entries entries) {
            return LoamOps.entries(entries, dir);
        }
        if (p instanceof Problem.SoftmaxRows softmax) {
            return LoamOps.softmax(softmax, dir);
        }
        if (p instanceof Problem.LayerNorm norm) {
            return LoamOps.layerNorm(norm, dir);
        }
        if (p instanceof Problem.Training training) {
            return LoamClassifier.training(training, dir);
        }
        if (p instanceof Problem.Inference inference) {
            return LoamClassifier.inference(inference, dir);
        }
        return new LoamVit((Vit) p, dir);
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> m = new LinkedHashMap<>();
        KernelSets.Choice choice = KernelSets.choice();
        m.put("kernels", choice.kernels().name());
        m.put("kernelsWhy", choice.reason());
        return m;
    }
}
