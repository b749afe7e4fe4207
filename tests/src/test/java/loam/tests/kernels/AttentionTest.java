package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.autograd.ops.AttentionOp;
import loam.tensor.ArgumentException;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.internal.parallel.Parallel;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Attention over several tiles of queries and of keys against the composition of products and softmax in double. Would catch a running sum
 * or maximum that is not corrected, a tile that overwrites another's gradient, a mask that is off by one at a tile's edge, a scale applied
 * twice, bits that depend on the number of threads.
 */
@Tag("fast")
class AttentionTest {
    private record Case(String name, int b, int lq, int lk, int h, int d, int dv, boolean masked, boolean causal, boolean packed) {
        Tensor keys() {
            if (!masked) {
                return null;
            }
            boolean[] on = new boolean[b * lk];
            Rng rng = Rng.seed(4);
            for (int i = 0; i < on.length; i++) {
                on[i] = causal ? i % lk < lk - 70 * (i / lk) : rng.nextFloat() < 0.4 && i % lk > 300 || i % lk == lk - 1;
            }
            return Tensor.ofBooleans(Shape.of(b, lk), on);
        }

        List<Tensor> inputs() {
            Rng rng = Rng.seed(3);
            return packed ? List.of(Tensor.randn(Shape.of(b, lq, 3, h, d), rng))
                    : List.of(Tensor.randn(Shape.of(b, lq, h, d), rng), Tensor.randn(Shape.of(b, lk, h, d), rng), Tensor.randn(Shape.of(b, lk, h, dv), rng));
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("several tiles of both", 2, 150, 600, 2, 16, 24, false, false, false),
            new Case("first tile of keys masked", 2, 70, 700, 1, 8, 8, true, false, false),
            new Case("causal", 1, 600, 600, 2, 16, 16, false, true, true),
            new Case("causal, padded behind", 2, 300, 300, 1, 8, 8, true, true, false),
            new Case("in one", 3, 65, 65, 3, 32, 32, false, false, true),
            new Case("exactly one tile", 1, 64, 256, 1, 16, 16, false, false, false));

    private static List<Tensor> run(Case c, DType type) {
        List<Variable> in = c.inputs().stream().map(t -> Variable.of(t.to(type)).requiresGrad()).toList();
        Variable y = new AttentionOp(c.keys(), c.causal()).apply(in.toArray(Variable[]::new));
        Tensor dy = Tensor.randn(y.shape(), Rng.seed(5)).to(type);
        List<Tensor> out = new ArrayList<>(List.of(y.value()));
        Grad.grad(y.mul(dy).sum(), in, false).forEach(g -> out.add(g.value()));
        return out;
    }

    /** The same from other operations. */
    private static List<Tensor> composed(Case c) {
        List<Variable> in = c.inputs().stream().map(t -> Variable.of(t.to(DType.F64)).requiresGrad()).toList();
        List<Variable> p = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            p.add((c.packed() ? in.get(0).select(2, i) : in.get(i)).permute(0, 2, 1, 3));
        }
        Variable scores = p.get(0).matmul(p.get(1).transpose(-2, -1)).div(Math.sqrt(c.d()));
        double[] bias = new double[c.b() * c.lq() * c.lk()];
        boolean[] on = c.keys() == null ? null : c.keys().toBooleans();
        for (int i = 0; i < bias.length; i++) {
            int key = i % c.lk();
            int query = i / c.lk() % c.lq();
            boolean hidden = c.causal() && key > query || on != null && !on[i / (c.lk() * c.lq()) * c.lk() + key];
            bias[i] = hidden ? -1e300 : 0;
        }
        Variable y = scores.add(Tensor.ofDoubles(Shape.of(c.b(), 1, c.lq(), c.lk()), bias)).softmax(-1).matmul(p.get(2)).permute(0, 2, 1, 3);
        Tensor dy = Tensor.randn(y.shape(), Rng.seed(5)).to(DType.F64);
        List<Tensor> out = new ArrayList<>(List.of(y.value()));
        Grad.grad(y.mul(dy).sum(), in, false).forEach(g -> out.add(g.value()));
        return out;
    }

    @TestFactory
    Stream<DynamicTest> tilesAgreeWithTheComposition() {
        return CASES.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> {
            List<Tensor> expected = composed(c);
            close(expected, run(c, DType.F64), 1e-10);
            KernelSetsHere.all().forEach(kernels -> close(expected, Context.withKernels(kernels, () -> run(c, DType.F32)), 2e-5));
        }));
    }

    private static void close(List<Tensor> expected, List<Tensor> actual, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            double[] e = expected.get(i).toDoubles();
            double[] a = actual.get(i).toDoubles();
            double largest = Arrays.stream(e).map(Math::abs).max().orElse(1);
            for (int j = 0; j < e.length; j++) {
                assertTrue(Math.abs(e[j] - a[j]) <= tolerance * Math.max(1, largest), "output " + i + ", entry " + j + ": " + e[j] + " and " + a[j]);
            }
        }
    }

    @Test
    void oneThreadGivesTheSameBits() {
        for (Case c : CASES) {
            List<Tensor> several = new ArrayList<>();
            List<Tensor> one = new ArrayList<>();
            Parallel.withThreads(3, () -> several.addAll(run(c, DType.F32)));
            Parallel.withThreads(1, () -> one.addAll(run(c, DType.F32)));
            for (int i = 0; i < one.size(); i++) {
                assertArrayEquals(one.get(i).toFloats(), several.get(i).toFloats(), c.name());
            }
        }
    }

    @Test
    void pytorchsLayoutIsTheSame() {
        Case c = CASES.get(0);
        Tensor[] in = c.inputs().stream().map(t -> t.permute(0, 2, 1, 3)).toArray(Tensor[]::new);
        Tensor y = Ops.scaledDotProductAttention(in[0], in[1], in[2], null, false).value();
        assertArrayEquals(run(c, DType.F32).get(0).permute(0, 2, 1, 3).toFloats(), y.toFloats());
    }

    @Test
    void badInputIsRefused() {
        Tensor q = Tensor.zeros(Shape.of(2, 3, 2, 4));
        assertThrows(ShapeException.class, () -> new AttentionOp(null, false).apply(q, q, Tensor.zeros(Shape.of(2, 5, 2, 4))));
        assertThrows(ShapeException.class, () -> new AttentionOp(null, false).apply(q));
        assertThrows(ShapeException.class, () -> new AttentionOp(null, true).apply(Tensor.zeros(Shape.of(2, 5, 2, 4)), q, q));
        assertThrows(ShapeException.class, () -> new AttentionOp(Tensor.ones(DType.BOOL, Shape.of(2, 4)), false).apply(q, q, q));
        Tensor none = Tensor.ofBooleans(Shape.of(2, 3), true, true, true, false, false, false);
        assertThrows(ArgumentException.class, () -> new AttentionOp(none, false).apply(q, q, q));
        Tensor late = Tensor.ofBooleans(Shape.of(2, 3), true, true, true, false, true, true);
        assertThrows(ArgumentException.class, () -> new AttentionOp(late, true).apply(q, q, q));
    }
}
