package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.Method;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.DataPlaces;
import loam.methods.features.cnnsvm.CnnSvm;
import loam.methods.features.cnnsvm.CnnSvmExperiment;
import loam.methods.features.cnnsvm.HeadLoss;
import loam.methods.report.RunFile;
import loam.nn.Init;
import loam.nn.Losses;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.IndexException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: labels 0/1 as hinge targets, sums instead of means, a penalty on bias or body, a body that differs from the paper's,
 * heads that start from different weights, a sign rule with the wrong ties, a resumed run that is another run.
 */
@Tag("fast")
class CnnSvmTest {
    private static final CnnSvm.Config SMALL = new CnnSvm.Config(1, 8, 8, 3, 2, 2, 5, 1, 1e-2, 4, 3, 1, HeadLoss.L2_SVM);

    @Test
    void hingeHasTheSpecifiedValueAndGradient() {
        Variable s = Variable.of(Tensor.of(Shape.of(1, 3), 0.5f, -2, 0.2f)).requiresGrad();
        Variable hinge = Losses.squaredHinge(s, new int[] {0});
        assertEquals(1.69 / 3, hinge.item(), 1e-6);
        assertArrayEquals(new double[] {-1 / 3.0, 0, 0.8}, Grad.grad(hinge, s).value().toDoubles(), 1e-6);
    }

    @Test
    void penaltyIsAMeanOverTheReadoutWeightAlone() {
        Variable w = Variable.of(Tensor.full(Shape.of(10, 1024), 0.1)).requiresGrad();
        Variable satisfied = Variable.of(Tensor.of(Shape.of(1, 3), 2, -1, -5)).requiresGrad();
        Variable loss = HeadLoss.L2_SVM.loss(satisfied, new int[] {0}, w, 1);
        assertEquals(0.01, loss.item(), 1e-8);
        List<Variable> g = Grad.grad(loss, List.of(w, satisfied), false);
        assertEquals(0.2 / 10240, g.get(0).value().at(3, 5), 1e-10);
        assertEquals(0, g.get(1).value().abs().max().item(), "no gradient reaches the body when all margins are kept");
    }

    @Test
    void zeroScoresGiveTheKnownLosses() {
        Variable zero = Variable.of(Tensor.zeros(Shape.of(4, 10)));
        Variable w = Variable.of(Tensor.zeros(Shape.of(10, 7)));
        assertEquals(2.5, HeadLoss.L2_SVM.loss(zero, new int[] {0, 3, 9, 5}, w, 2.5).item(), 1e-6);
        assertEquals(Math.log(10), HeadLoss.SOFTMAX.loss(zero, new int[] {0, 3, 9, 5}, w, 1).item(), 1e-6);
    }

    @Test
    void theBodyIsThePapers() {
        CnnSvm cnn = new CnnSvm(CnnSvm.Config.of(1, 28, 28, 10, HeadLoss.L2_SVM), Rng.seed(1000));
        assertEquals(3_274_634, cnn.network().parameterCount());
        String shapes = cnn.network().summary(Shape.of(2, 1, 28, 28));
        for (String shape : List.of("[2, 32, 28, 28]", "[2, 32, 14, 14]", "[2, 64, 14, 14]", "[2, 64, 7, 7]", "[2, 3136]", "[2, 1024]", "[2, 10]")) {
            assertTrue(shapes.contains(shape), shapes);
        }
        cnn.network().namedParameters().forEach((name, p) -> {
            double[] v = p.value().to(DType.F64).toDoubles();
            if (name.endsWith("bias")) {
                assertTrue(Arrays.stream(v).allMatch(x -> (float) x == 0.1f), name);
            } else {
                assertTrue(Arrays.stream(v).allMatch(x -> Math.abs(x) <= 0.2), name);
            }
        });
    }

    @Test
    void truncatedNormalHasTheKnownSpread() {
        Tensor draws = Init.truncatedNormal(Shape.of(1000, 1000), 0, 0.1, Rng.seed(1000));
        assertEquals(0.0880, draws.std(0, false).item(), 0.0005);
        assertTrue(draws.max().item() <= 0.2 && draws.min().item() >= -0.2);
    }

    @Test
    void bothHeadsStartEqual() {
        CnnSvm.Config soft = CnnSvm.Config.of(1, 8, 8, 3, HeadLoss.SOFTMAX).sizes(2, 3, 4);
        CnnSvm.Config svm = CnnSvm.Config.of(1, 8, 8, 3, HeadLoss.L2_SVM).sizes(2, 3, 4);
        Map<String, Tensor> a = new CnnSvm(soft, Rng.seed(1000)).network().stateDict();
        Map<String, Tensor> b = new CnnSvm(svm, Rng.seed(1000)).network().stateDict();
        assertEquals(a.keySet(), b.keySet());
        a.forEach((name, t) -> assertArrayEquals(t.toDoubles(), b.get(name).toDoubles(), name));
        assertTrue(!Arrays.equals(a.get("0.weight").toFloats(), new CnnSvm(soft, Rng.seed(1001)).network().stateDict().get("0.weight").toFloats()));
    }

    /** The whole network in F64 against central differences, both heads, every parameter in a random direction. */
    @Test
    void gradientsAgreeWithDifferences() {
        for (HeadLoss head : HeadLoss.values()) {
            CnnSvm cnn = new CnnSvm(new CnnSvm.Config(1, 8, 8, 3, 2, 2, 5, 1, 1e-3, 4, 1, 1, head), Rng.seed(1000));
            cnn.network().to(DType.F64);
            Rng rng = Rng.seed(1001);
            Tensor x = Tensor.randn(Shape.of(4, 1, 8, 8), rng).to(DType.F64);
            int[] y = {0, 2, 1, 2};
            Variable loss = cnn.loss(x, y);
            Grad.backward(loss);
            cnn.network().namedParameters().forEach((name, p) -> {
                Tensor before = p.value();
                Tensor direction = Tensor.randn(p.shape(), rng).to(DType.F64);
                double slope = p.grad().mul(direction).sum().item();
                double eps = 1e-6;
                p.update(before.add(direction.mul(eps)));
                double up = cnn.loss(x, y).item();
                p.update(before.sub(direction.mul(eps)));
                double down = cnn.loss(x, y).item();
                p.update(before);
                assertEquals((up - down) / (2 * eps), slope, 1e-5 * Math.max(1, Math.abs(slope)), head + " " + name);
            });
        }
    }

    @Test
    void signRuleTakesTheFirstOfEquals(@TempDir Path folder) {
        // A network whose scores are its biases: no image matters.
        CnnSvm cnn = new CnnSvm(SMALL, Rng.seed(1000));
        cnn.readout().weight().update(Tensor.zeros(cnn.readout().weight().shape()));
        Tensor x = Tensor.zeros(Shape.of(1, 1, 8, 8));
        cnn.readout().bias().update(Tensor.of(0.2f, 0.9f, -1));
        cnn.save(folder.resolve("a.safetensors"));
        CnnSvm loaded = new CnnSvm(SMALL, Rng.seed(1001));
        loaded.load(folder.resolve("a.safetensors"));
        assertArrayEquals(new int[] {0}, loaded.predictBySign(x));
        assertArrayEquals(new int[] {1}, loaded.predict(x));
        loaded.readout().bias().update(Tensor.of(-3, -1, -2));
        assertArrayEquals(new int[] {0}, loaded.predictBySign(x));
        assertArrayEquals(new int[] {1}, loaded.predict(x));
    }

    @Test
    void fitLearnsAndLogs() {
        // Three classes that differ in one bright quarter.
        float[] pixels = new float[60 * 64];
        int[] y = new int[60];
        for (int i = 0; i < 60; i++) {
            y[i] = i % 3;
            for (int p = 0; p < 16; p++) {
                pixels[i * 64 + (p / 4) * 8 + p % 4 + (y[i] == 1 ? 4 : y[i] == 2 ? 32 : 0)] = 1;
            }
        }
        Tensor x = Tensor.of(Shape.of(60, 1, 8, 8), pixels);
        for (HeadLoss head : HeadLoss.values()) {
            CnnSvm cnn = new CnnSvm(CnnSvm.Config.of(1, 8, 8, 3, head).sizes(4, 4, 16).training(5e-3, 20, 120), Rng.seed(1000));
            CnnSvm.TrainingLog log = cnn.fit(x, y);
            assertEquals(List.of(100, 120), log.steps());
            assertArrayEquals(y, cnn.predict(x), head.toString());
            assertTrue(log.loss().get(1) < 0.5, log.toString());
        }
    }

    @Test
    void mistakesAreNamed() {
        CnnSvm cnn = new CnnSvm(SMALL, Rng.seed(1000));
        Tensor x = Tensor.zeros(Shape.of(4, 1, 8, 8));
        assertThrows(StateException.class, () -> cnn.predict(x));
        assertThrows(IndexException.class, () -> cnn.fit(x, new int[] {0, 1, 2, 3}));
        assertThrows(ShapeException.class, () -> cnn.fit(Tensor.zeros(Shape.of(4, 2, 8, 8)), new int[] {0, 1, 2, 0}));
        assertThrows(ArgumentException.class, () -> cnn.fit(x.add(Double.NaN), new int[] {0, 1, 2, 0}));
        assertThrows(ArgumentException.class, () -> cnn.fit(x.narrow(0, 0, 2), new int[] {0, 1}));
        for (Runnable wrong : List.<Runnable>of(() -> config(8, 8, 1, 0.0), () -> config(8, 8, 0, 1.0), () -> config(8, 8, 1.5, 1.0), () -> config(6, 8, 1, 1.0))) {
            assertThrows(ArgumentException.class, wrong::run);
        }
    }

    private static CnnSvm.Config config(int height, int width, double keep, double c) {
        return new CnnSvm.Config(1, height, width, 3, 2, 2, 5, keep, 1e-3, 4, 1, c, HeadLoss.SOFTMAX);
    }

    @Test
    void theTinyTierLearns() {
        Map<String, List<Double>> metrics = TinyRun.of("cnn-svm").first().metrics();
        assertTrue(metrics.get("softmax.accuracy").get(0) > 0.95 && metrics.get("svm.accuracy").get(0) > 0.95, metrics.toString());
    }

    /** A decaying rate depends on the number of steps, so a shorter run is a broken-off longer one only at a constant rate. */
    private static RunRequest request(int steps, Path checkpoints) {
        Settings s = Settings.of(new CnnSvmExperiment().settings(Tier.TINY), Map.of("steps", String.valueOf(steps), "decay", "false", "conv1", "2", "conv2", "2", "hidden", "8"));
        return new RunRequest(Tier.TINY, List.of(1000L), s, DataPlaces.standard(null), checkpoints);
    }

    @Test
    void aResumedRunIsTheSameRun(@TempDir Path folder) {
        var method = Registry.load().find("cnn-svm");
        RunResult whole = Runner.run(method, request(30, null), Progress.NONE);
        Runner.run(method, request(13, folder), Progress.NONE);
        RunResult resumed = Runner.run(method, request(30, folder), Progress.NONE);
        assertEquals(whole.metrics(), resumed.metrics());
        assertEquals(whole.metrics(), Runner.run(method, request(30, null), Progress.NONE).metrics(), "the same seed gives the same numbers");
    }

    /** The page's table beside the paper's figures is written by hand: it must show the kept run. */
    @Test
    void thePageShowsTheFullRun() {
        Method method = Registry.load().find("cnn-svm");
        JsonObject metrics = RunFile.read(method.resource("run-full.json").orElseThrow(), "run-full.json").getObject("metrics");
        for (String set : List.of("mnist", "fashion")) {
            for (String metric : List.of("softmax.accuracy", "svm.accuracy", "svm.signAccuracy")) {
                double accuracy = metrics.getObject(set + "." + metric).getDouble("mean");
                String shown = String.format(Locale.ROOT, "%.2f %%", 100 * accuracy);
                assertTrue(method.readme().contains("| " + shown + " |"), set + "." + metric + " " + shown);
            }
        }
    }
}
