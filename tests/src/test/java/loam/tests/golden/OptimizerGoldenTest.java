package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import loam.autograd.Parameter;
import loam.optim.Adam;
import loam.optim.AdamW;
import loam.optim.Clip;
import loam.optim.Optimizer;
import loam.optim.RmsProp;
import loam.optim.Schedule;
import loam.optim.Sgd;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Ten steps of each optimizer in F64 and one F32 step from a given state, schedules and clipping against PyTorch. Would catch a wrong
 * bias correction, decay, dampening or momentum, state that is not restored, and a schedule that is off by one step.
 */
@Tag("fast")
class OptimizerGoldenTest {
    private static final double F64_TOLERANCE = 1e-9;
    private static final double F32_TOLERANCE = 1e-6;
    private static final Map<String, NpzReader.Stored> ARRAYS = NpzReader.read("/golden/optim.npz");

    /** One optimizer line of the index. */
    private record Run(String name, String type, Attributes attributes, int parameters, int stateStep, String[] stateNames) {
        String key(int i) {
            return "optim/" + name + "/" + i + "/";
        }
    }

    @TestFactory
    Stream<DynamicTest> tenStepsInF64() {
        return runs().stream().map(run -> DynamicTest.dynamicTest(run.name(), () -> onEverySet(() -> {
            List<Parameter> parameters = parameters(run, "start", DType.F64);
            Optimizer optimizer = optimizer(run, parameters);
            NpzReader.Stored track = ARRAYS.get(run.key(0) + "track");
            assertEquals(10, track.shape()[0], "steps");
            for (int t = 0; t < 10; t++) {
                step(run, optimizer, parameters, t, DType.F64);
                for (int i = 0; i < parameters.size(); i++) {
                    close(run.name() + " step " + (t + 1), row(ARRAYS.get(run.key(i) + "track"), t), parameters.get(i).value(), F64_TOLERANCE);
                }
            }
        })));
    }

    @TestFactory
    Stream<DynamicTest> oneStepInF32FromAGivenState() {
        return runs().stream().map(run -> DynamicTest.dynamicTest(run.name(), () -> onEverySet(() -> {
            List<Parameter> parameters = parameters(run, "f32/start", DType.F32);
            Optimizer optimizer = optimizer(run, parameters);
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (int i = 0; i < parameters.size(); i++) {
                for (String name : run.stateNames()) {
                    state.put(i + "." + name, tensor(ARRAYS.get(run.key(i) + "f32/" + name), DType.F32));
                }
                state.put(i + ".step", Tensor.ofLongs(Shape.scalar(), run.stateStep()));
            }
            state.put("steps", Tensor.ofLongs(Shape.scalar(), run.stateStep()));
            optimizer.load(state);
            step(run, optimizer, parameters, run.stateStep(), DType.F32);
            for (int i = 0; i < parameters.size(); i++) {
                close(run.name() + " parameter " + i, ARRAYS.get(run.key(i) + "f32/after").doubles(), parameters.get(i).value(), F32_TOLERANCE);
            }
        })));
    }

    @TestFactory
    Stream<DynamicTest> schedules() {
        return lines("schedule").stream().map(f -> DynamicTest.dynamicTest(f[1], () -> {
            double[] expected = ARRAYS.get("schedule/" + f[1]).doubles();
            Schedule s = schedule(f[1], new Attributes(f[2]));
            double[] got = new double[expected.length];
            Arrays.setAll(got, s::at);
            assertArrayEquals(expected, got, F64_TOLERANCE * Arrays.stream(expected).max().orElseThrow(), f[1]);
        }));
    }

    @TestFactory
    Stream<DynamicTest> clipping() {
        return lines("clip").stream().map(f -> DynamicTest.dynamicTest(f[1], () -> onEverySet(() -> {
            Attributes a = new Attributes(f[2]);
            for (DType dtype : List.of(DType.F64, DType.F32)) {
                double tolerance = dtype == DType.F64 ? F64_TOLERANCE : F32_TOLERANCE;
                List<Parameter> parameters = new ArrayList<>();
                for (int i = 0; ARRAYS.containsKey("clip/gradient/" + i); i++) {
                    Tensor g = tensor(ARRAYS.get("clip/gradient/" + i), dtype);
                    Parameter p = new Parameter(Tensor.zeros(dtype, g.shape()));
                    p.setGrad(g);
                    parameters.add(p);
                }
                if (a.text("kind").equals("norm")) {
                    double total = ARRAYS.get("clip/" + f[1] + "/total").at(0);
                    assertEquals(total, Clip.norm(parameters, a.number("limit"), a.number("p")), tolerance * total, "norm before");
                } else {
                    Clip.value(parameters, a.number("limit"));
                }
                for (int i = 0; i < parameters.size(); i++) {
                    close(f[1] + " gradient " + i, ARRAYS.get("clip/" + f[1] + "/" + i).doubles(), parameters.get(i).grad(), tolerance);
                }
            }
        })));
    }

    @Test
    void everyFormIsThere() {
        assertTrue(runs().size() >= 12, "optimizers: " + runs().size());
        assertTrue(lines("schedule").size() >= 6, "schedules");
        assertTrue(lines("clip").size() >= 4, "clipping");
    }

    private static Optimizer optimizer(Run run, List<Parameter> parameters) {
        Attributes a = run.attributes();
        double lr = a.number("lr");
        double decay = a.number("weight_decay", 0);
        double eps = a.number("eps", 1e-8);
        double[] betas = a.has("betas") ? a.numbers("betas") : new double[] {0.9, 0.999};
        return switch (run.type()) {
            case "SGD" -> {
                Sgd s = new Sgd(parameters, lr).weightDecay(decay).momentum(a.number("momentum", 0)).dampening(a.number("dampening", 0));
                yield a.has("nesterov") ? s.nesterov() : s;
            }
            case "Adam" -> new Adam(parameters, lr).betas(betas[0], betas[1]).eps(eps).weightDecay(decay);
            case "AdamW" -> {
                AdamW w = new AdamW(parameters, lr).betas(betas[0], betas[1]).eps(eps);
                yield a.has("weight_decay") ? w.weightDecay(decay) : w;
            }
            case "RMSprop" -> {
                RmsProp r = new RmsProp(parameters, lr).alpha(a.number("alpha", 0.99)).eps(eps).weightDecay(decay).momentum(a.number("momentum", 0));
                yield a.has("centered") ? r.centered() : r;
            }
            default -> throw new IllegalStateException("no optimizer for " + run);
        };
    }

    private static Schedule schedule(String name, Attributes a) {
        return switch (name) {
            case "step" -> Schedule.step(a.number("lr"), a.integer("step_size"), a.number("gamma"));
            case "multi_step" -> Schedule.multiStep(a.number("lr"), a.number("gamma"), Arrays.stream(a.integers("milestones")).asLongStream().toArray());
            case "cosine" -> Schedule.cosine(a.number("lr"), a.integer("t_max"), a.number("eta_min"));
            case "linear_warmup" -> Schedule.warmup(a.number("lr"), a.number("start_factor"), a.integer("total"));
            case "exponential" -> Schedule.exponential(a.number("lr"), a.number("gamma"));
            case "one_cycle", "one_cycle_linear" -> Schedule.oneCycle(a.number("max_lr"), a.integer("total"), a.number("pct_start"),
                    a.number("div"), a.number("final_div"), name.endsWith("linear"));
            default -> throw new IllegalStateException("no schedule for " + name);
        };
    }

    private static void step(Run run, Optimizer optimizer, List<Parameter> parameters, int t, DType dtype) {
        for (int i = 0; i < parameters.size(); i++) {
            double[] g = row(ARRAYS.get(run.key(i) + "gradients"), t);
            parameters.get(i).setGrad(Tensor.ofDoubles(parameters.get(i).shape(), g).to(dtype));
        }
        optimizer.step();
        optimizer.zeroGrad();
    }

    private static List<Parameter> parameters(Run run, String which, DType dtype) {
        List<Parameter> out = new ArrayList<>();
        for (int i = 0; i < run.parameters(); i++) {
            out.add(new Parameter(tensor(ARRAYS.get(run.key(i) + which), dtype)));
        }
        return out;
    }

    private static Tensor tensor(NpzReader.Stored a, DType dtype) {
        return Tensor.ofDoubles(Shape.of(a.shape()), a.doubles()).to(dtype);
    }

    private static double[] row(NpzReader.Stored a, int t) {
        int n = a.size() / a.shape()[0];
        double[] out = new double[n];
        Arrays.setAll(out, i -> a.at(t * n + i));
        return out;
    }

    private static List<Run> runs() {
        return lines("optimizer").stream().map(f -> new Run(f[1], f[2], new Attributes(f[3]), Integer.parseInt(f[4]), Integer.parseInt(f[5]),
                f[6].equals("-") ? new String[0] : f[6].split(","))).toList();
    }

    private static List<String[]> lines(String kind) {
        return GoldenCase.lines("/golden/optim.tsv").stream().map(l -> l.split("\t")).filter(f -> f[0].equals(kind)).toList();
    }

    private static void onEverySet(Runnable body) {
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, () -> {
                body.run();
                return null;
            });
        }
    }

    /** Within {@code relative} of the largest entry. */
    private static void close(String what, double[] expected, Tensor got, double relative) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(expected, GoldenCase.doubles(got), relative * largest, what + " on " + Context.current().kernels().name());
    }
}
