package loam.tests.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.autograd.ops.Conv2dOp;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.optim.Adam;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Values and gradients at sizes that the pool splits into many chunks, on 1, 2 and 3 threads, bit for bit; and a short training. Would
 * catch a chunk plan or an order of summation that follows the number of threads, and chunks that write to each other's output.
 */
@Tag("fast")
class ThreadInvarianceTest {
    private interface Body {
        Variable apply(Variable[] x);
    }

    private record Case(Body body, int[]... shapes) {
    }

    private static Map<String, Case> cases() {
        Map<String, Case> m = new LinkedHashMap<>();
        int[] flat = {3, 20021};
        int[] square = {257, 389};
        int[] planes = {6, 5, 61, 53};
        m.put("exp", new Case(x -> x[0].exp(), flat));
        m.put("gelu", new Case(x -> Ops.gelu(x[0]), flat));
        m.put("add row", new Case(x -> x[0].add(x[1]), flat, new int[] {20021}));
        m.put("mul column", new Case(x -> x[0].mul(x[1]), square, new int[] {257, 1}));
        m.put("div", new Case(x -> x[0].div(x[1].square().add(1)), flat, flat));
        m.put("transposed add", new Case(x -> x[0].t().add(x[1]), new int[] {389, 257}, square));
        m.put("sum all", new Case(x -> x[0].sum(), flat));
        m.put("sum first", new Case(x -> x[0].square().sum(0), new int[] {401, 301}));
        m.put("sum outer", new Case(x -> x[0].sum(0, 2, 3), planes));
        m.put("mean last", new Case(x -> x[0].mean(-1), square));
        m.put("var", new Case(x -> x[0].var(1, false, 0), square));
        m.put("max", new Case(x -> x[0].max(false, 0), square));
        m.put("softmax", new Case(x -> x[0].softmax(-1), square));
        m.put("log softmax", new Case(x -> x[0].logSoftmax(0), square));
        m.put("cumsum", new Case(x -> Ops.cumsum(x[0], 1), square));
        m.put("sort", new Case(x -> Ops.sort(x[0], -1, false).values(), square));
        m.put("index select", new Case(x -> x[0].indexSelect(0, Tensor.ofInts(Shape.of(300), numbers(300, 257))), square));
        m.put("scatter add", new Case(x -> Ops.scatterAdd(x[0], 0, Tensor.ofInts(Shape.of(square), numbers(257 * 389, 257)), x[1]), square, square));
        m.put("cat", new Case(x -> Ops.cat(0, x[0], x[1]), square, square));
        m.put("matmul", new Case(x -> x[0].matmul(x[1]), new int[] {211, 307}, new int[] {307, 193}));
        m.put("matmul batch", new Case(x -> x[0].matmul(x[1]), new int[] {9, 37, 65}, new int[] {9, 65, 43}));
        m.put("linear", new Case(x -> Ops.linear(x[0], x[1], x[2], Activation.RELU), new int[] {131, 257}, new int[] {129, 257}, new int[] {129}));
        m.put("conv2d", new Case(x -> Ops.conv2d(x[0], x[1], x[2], Conv2dOp.Geometry.of(1, 1, 1, 1), Activation.NONE), new int[] {5, 8, 29, 31},
                new int[] {16, 8, 3, 3}, new int[] {16}));
        m.put("conv2d stride", new Case(x -> Ops.conv2d(x[0], x[1], null, Conv2dOp.Geometry.of(2, 2, 1, 2), Activation.NONE), new int[] {4, 6, 33, 27},
                new int[] {8, 3, 5, 5}));
        m.put("max pool", new Case(x -> Ops.maxPool2d(x[0], 3, 2, 1), planes));
        m.put("average pool", new Case(x -> Ops.avgPool2d(x[0], 2, 2, 0), planes));
        m.put("batch norm", new Case(x -> Ops.batchNorm(x[0], x[1], x[2], 1e-5), planes, new int[] {5}, new int[] {5}));
        m.put("layer norm", new Case(x -> Ops.layerNorm(x[0], 1, x[1], x[2], 1e-5), square, new int[] {389}, new int[] {389}));
        m.put("embedding", new Case(x -> Ops.embedding(x[0], Tensor.ofInts(Shape.of(1500), numbers(1500, 97))), new int[] {97, 64}));
        return m;
    }

    private static int[] numbers(int n, int bound) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            out[i] = (int) (i * 7919L % bound);
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> valuesAndGradients() {
        return cases().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            for (Kernels set : KernelSetsHere.all()) {
                if (set.name().equals("reference")) {
                    continue;
                }
                for (DType dtype : List.of(DType.F32, DType.F64)) {
                    if (dtype == DType.F64 && set.lanes() > 1) {
                        continue;    // F64 has one set of kernels
                    }
                    List<double[]> one = on(set, 1, () -> run(e.getValue(), dtype));
                    for (int threads : new int[] {2, 3}) {
                        same(set.name() + " " + dtype + ", " + threads + " threads", one, on(set, threads, () -> run(e.getValue(), dtype)));
                    }
                }
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> training() {
        return KernelSetsHere.all().stream().filter(set -> !set.name().equals("reference")).map(set -> DynamicTest.dynamicTest(set.name(), () -> {
            List<double[]> one = on(set, 1, ThreadInvarianceTest::train);
            same("the same again", one, on(set, 1, ThreadInvarianceTest::train));
            same("2 threads", one, on(set, 2, ThreadInvarianceTest::train));
        }));
    }

    private static List<double[]> train() {
        Rng rng = Rng.seed(7);
        Sequential model = new Sequential(new Conv2d(1, 8, 3, Padding.SAME, rng), new BatchNorm2d(8), new Relu(), new Flatten(),
                new Linear(8 * 12 * 12, 70, rng), new Relu(), new Linear(70, 10, rng));
        Adam adam = new Adam(model.parameters(), 1e-2);
        Tensor x = Tensor.randn(Shape.of(64, 1, 12, 12), rng);
        for (int step = 0; step < 3; step++) {
            adam.step(Losses.crossEntropy(model.forward(Variable.of(x)), numbers(64, 10)));
        }
        List<double[]> out = new ArrayList<>();
        model.stateDict().values().forEach(t -> out.add(t.to(DType.F64).toDoubles()));
        return out;
    }

    private static List<double[]> run(Case c, DType dtype) {
        Rng rng = Rng.seed(1);
        List<Variable> x = new ArrayList<>();
        for (int[] shape : c.shapes()) {
            x.add(Variable.of(Tensor.randn(Shape.of(shape), rng).to(dtype)).requiresGrad());
        }
        Variable y = c.body().apply(x.toArray(Variable[]::new));
        Tensor dy = Tensor.randn(y.shape(), rng).to(dtype);
        List<double[]> out = new ArrayList<>();
        out.add(y.value().to(DType.F64).toDoubles());
        for (Variable g : Grad.grad(y, x, Variable.of(dy), false)) {
            out.add(g.value().to(DType.F64).toDoubles());
        }
        return out;
    }

    private static void same(String what, List<double[]> expected, List<double[]> got) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), got.get(i), what + ": array " + i);
        }
    }

    private static <T> T on(Kernels set, int threads, Supplier<T> body) {
        AtomicReference<T> out = new AtomicReference<>();
        Parallel.withThreads(threads, () -> out.set(Context.withKernels(set, body)));
        return out.get();
    }
}
