package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.nn.BatchNorm1d;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Embedding;
import loam.nn.Init;
import loam.nn.Layer;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Padding;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The golden values of layers again, through the modules themselves: weights under PyTorch's names in a state dict, running statistics
 * after a step, and the scales of the initialisers. Would catch a module that passes the wrong attribute on, a state dict that lands
 * elsewhere, a biased running variance, and a wrong gain or fan.
 */
@Tag("fast")
class LayerGoldenTest {
    private static final Map<String, String> NAMES = Map.of("w", "weight", "b", "bias");

    @TestFactory
    Stream<DynamicTest> layers() {
        List<GoldenCase> cases = GoldenCase.all().stream().filter(c -> layer(c) != null).toList();
        assertTrue(cases.size() >= 60, "cases: " + cases.size());
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.id(), () -> {
            check(c, DType.F64);
            check(c, DType.F32);
        }));
    }

    private static void check(GoldenCase c, DType dtype) {
        Layer layer = layer(c);
        layer.to(dtype);
        Map<String, Tensor> state = new LinkedHashMap<>();
        Variable x = null;
        for (GoldenCase.Input in : c.inputs()) {
            if (in.name().equals("x") || in.name().equals("i")) {
                x = Variable.of(in.tensor(dtype)).requiresGrad(in.differentiable());
            } else {
                state.put(NAMES.getOrDefault(in.name(), in.name()), in.tensor(dtype));
            }
        }
        layer.load(state);
        boolean training = !c.attributes().has("training") || c.attributes().flag("training");
        Variable y;
        try (var mode = training ? layer.train() : layer.eval()) {
            assertEquals(training, layer.isTraining());
            y = layer.forward(x);
        }
        GoldenCase.Output o = c.outputs().get(0);
        Closeness.check(c.id(), o.shape(), o.values(), y.value(), dtype, c.tolerance(), c.terms());
        List<Variable> wanted = new ArrayList<>();
        for (GoldenCase.Input in : c.inputs()) {
            if (in.differentiable()) {
                wanted.add(in.name().equals("x") ? x : layer.namedParameters().get(NAMES.get(in.name())));
            }
        }
        Tensor dy = Tensor.ofDoubles(Shape.of(o.shape()), c.incoming().get(0)).to(dtype);
        if (c.outputs().size() == 1) {
            List<Variable> g = Grad.grad(Ops.sum(Ops.mul(y, dy), false), wanted, false);
            List<GoldenCase.Input> described = c.inputs().stream().filter(GoldenCase.Input::differentiable).toList();
            for (int i = 0; i < wanted.size(); i++) {
                Closeness.check(c.id() + " gradient of " + described.get(i).name(), wanted.get(i).shape().toArray(), c.gradients().get(i),
                        g.get(i).value(), dtype, c.tolerance(), described.get(i).terms());
            }
        } else {
            String[] statistics = {"running_mean", "running_var"};
            for (int i = 0; i < 2; i++) {
                GoldenCase.Output r = c.outputs().get(i + 1);
                Closeness.check(c.id() + " " + statistics[i], r.shape(), r.values(), layer.stateDict().get(statistics[i]), dtype, c.tolerance(), c.terms());
            }
        }
    }

    /** The layer that a case stands for, or null. */
    private static Layer layer(GoldenCase c) {
        if (c.variant().equals("special")) {
            return null;
        }
        Attributes a = c.attributes();
        Rng rng = Rng.seed(0);
        int[] w = c.inputs().size() < 2 ? new int[0] : c.inputs().get(1).tensor(DType.F64).shape().toArray();
        return switch (c.op()) {
            case "linear" -> new Linear(w[1], w[0], c.inputs().size() > 2, rng);
            case "layer_norm" -> new LayerNorm(Shape.of(w), a.number("eps"), true);
            case "batch_norm" -> c.outputs().get(0).shape().length == 4 ? new BatchNorm2d(w[0], a.number("eps"), a.number("momentum"), true)
                    : new BatchNorm1d(w[0], a.number("eps"), a.number("momentum"), true);
            case "embedding" -> {
                int[] table = c.inputs().get(0).tensor(DType.F64).shape().toArray();
                yield new Embedding(table[0], table[1], rng);
            }
            case "conv2d" -> conv(a, w, c.inputs().size() > 2, rng);
            default -> null;
        };
    }

    private static Layer conv(Attributes a, int[] w, boolean bias, Rng rng) {
        int groups = a.integer("groups");
        if (w[2] != w[3]) {
            return null;
        }
        if (a.text("padding").equals("same")) {
            return new Conv2d(w[1] * groups, w[0], w[2], Padding.SAME, a.integer("dilation"), groups, bias, rng);
        }
        return new Conv2d(w[1] * groups, w[0], w[2], a.integer("stride"), a.integer("padding"), a.integer("dilation"), groups, bias, rng);
    }

    @Test
    void gains() {
        for (String[] f : lines("gain")) {
            Attributes a = new Attributes(f[2]);
            double got = switch (f[1]) {
                case "linear" -> Init.Gain.LINEAR.value();
                case "sigmoid" -> Init.Gain.SIGMOID.value();
                case "tanh" -> Init.Gain.TANH.value();
                case "relu" -> Init.Gain.RELU.value();
                case "selu" -> Init.Gain.SELU.value();
                case "leaky_relu" -> Init.Gain.leakyRelu(a.number("slope"));
                default -> throw new IllegalStateException("no gain for " + f[1]);
            };
            assertEquals(a.number("gain"), got, 1e-12, f[1]);
        }
    }

    @Test
    void fansAndScales() {
        List<String[]> lines = lines("fan");
        assertEquals(2, lines.size());
        for (String[] f : lines) {
            Attributes a = new Attributes(f[2]);
            Shape shape = Shape.of(a.integers("shape"));
            assertEquals(a.integer("fan_in"), Init.fanIn(shape), f[1]);
            assertEquals(a.integer("fan_out"), Init.fanOut(shape), f[1]);
            Rng rng = Rng.seed(5);
            uniform(f[1], a.number("kaiming_uniform_in"), () -> Init.kaimingUniform(shape, rng));
            uniform(f[1], a.number("xavier_uniform"), () -> Init.xavierUniform(shape, 1, rng));
            normal(f[1], a.number("kaiming_normal_in"), () -> Init.kaimingNormal(shape, rng));
            normal(f[1], a.number("xavier_normal"), () -> Init.xavierNormal(shape, 1, rng));
        }
    }

    /** Five thousand draws stay within the bound and come near it. */
    private static void uniform(String what, double bound, Supplier<Tensor> draw) {
        double largest = Arrays.stream(many(draw)).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= bound * (1 + 1e-6) && largest >= 0.98 * bound, () -> what + ": largest " + largest + ", bound " + bound);
    }

    private static void normal(String what, double std, Supplier<Tensor> draw) {
        double[] v = many(draw);
        double got = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum() / v.length);
        assertEquals(std, got, 0.05 * std, what);
    }

    private static double[] many(Supplier<Tensor> draw) {
        List<Double> out = new ArrayList<>();
        while (out.size() < 5000) {
            Arrays.stream(GoldenCase.doubles(draw.get())).forEach(out::add);
        }
        return out.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static List<String[]> lines(String kind) {
        return GoldenCase.lines("/golden/optim.tsv").stream().map(l -> l.split("\t")).filter(f -> f[0].equals(kind)).toList();
    }
}
