package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import loam.autograd.Ops;
import loam.autograd.ops.Conv2dOp;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.LoamException;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.UnaryKind;
import loam.tensor.linalg.Linalg;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every function on every type, on empty, scalar, single, expanded and permuted inputs: the kernel sets agree in type, shape and numbers,
 * and what is refused is refused by the library's own errors. Would catch array bounds, divisions by zero and casts from deep inside.
 */
@Tag("fast")
class OddInputsTest {
    private static final Kernels REFERENCE = KernelSets.named("reference");

    private static List<Tensor> inputs(DType type) {
        List<Tensor> out = new ArrayList<>();
        for (int[] d : new int[][] {{}, {0}, {1}, {5}, {0, 3}, {3, 0}, {2, 3}, {3, 3}, {2, 0, 3}, {1, 1, 1, 1}, {1, 2, 4, 4}, {0, 2, 4, 4}, {2, 0, 4, 4}}) {
            Tensor x = NaiveArray.numbered(d).tensor().to(type);
            out.add(x);
            int[] reversed = new int[d.length];
            for (int i = 0; i < d.length; i++) {
                reversed[i] = d.length - 1 - i;
            }
            out.add(x.permute(reversed));
            out.add(NaiveArray.numbered(d).strided().to(type).expand(d.length > 2 ? x.shape() : x.shape().insert(0, 3)));
        }
        return out;
    }

    private static Map<String, UnaryOperator<Tensor>> unary() {
        Map<String, UnaryOperator<Tensor>> f = new LinkedHashMap<>();
        for (UnaryKind k : UnaryKind.values()) {
            f.put(k.toString(), x -> x.unary(k, k == UnaryKind.CLAMP ? -1 : 2, 2));
        }
        for (ReduceKind k : ReduceKind.values()) {
            f.put(k + " all", x -> x.reduce(k, false));
            f.put(k + " first", x -> x.reduce(k, true, 0));
            f.put(k + " last", x -> x.reduce(k, false, -1));
        }
        f.put("var", x -> x.var(1, false, -1));
        f.put("norm", x -> x.norm(3, true));
        f.put("logsumexp", x -> x.logsumexp(false, 0));
        f.put("softmax", x -> x.softmax(0));
        f.put("logSoftmax", x -> x.logSoftmax(-1));
        f.put("cumsum", x -> x.cumsum(0));
        f.put("cumprod", x -> x.cumprod(-1));
        f.put("sort", x -> x.sort(0, true).values());
        f.put("argsort", x -> x.argsort(-1, false));
        f.put("maxIndexed", x -> x.maxIndexed(-1, false).values());
        f.put("minIndexed", x -> x.minIndexed(0, true).indices());
        f.put("topk", x -> x.topk(1, 0, true).values());
        f.put("median", x -> x.median(0, false));
        f.put("quantile", x -> x.quantile(0.4, -1, true));
        f.put("flip", x -> x.flip(0));
        f.put("roll", x -> x.roll(-1, 2));
        f.put("repeat", x -> x.repeat(2, 1, 1, 2, 1));
        f.put("pad", x -> x.unsqueeze(0).pad(x.unsqueeze(0).shape().toArray(), x.unsqueeze(0).shape().toArray(), 1));
        f.put("cat", x -> Tensor.cat(0, x, x));
        f.put("cat last", x -> Tensor.cat(-1, x, x.to(DType.F64)));
        f.put("stack", x -> Tensor.stack(-1, x, x));
        f.put("tril", x -> x.tril(0));
        f.put("diagEmbed", Tensor::diagEmbed);
        f.put("diagonal", x -> x.diagonal(1, 0, 1).contiguous());
        f.put("nonzero", Tensor::nonzero);
        f.put("maskedSelect", x -> x.maskedSelect(x.gt(0)));
        f.put("maskedFill", x -> x.maskedFill(x.le(0), 1));
        f.put("indexSelect", x -> x.indexSelect(0, 0, 0, -1));
        f.put("gather", x -> x.gather(0, Tensor.zeros(DType.I64, x.shape())));
        f.put("scatterAdd", x -> x.scatterAdd(-1, Tensor.zeros(DType.I32, x.shape()), x));
        f.put("oneHot", x -> x.abs().to(DType.I64).oneHot(9));
        f.put("isFinite", Tensor::isFinite);
        f.put("flatten", x -> x.flatten().copy());
        f.put("matmul", x -> x.matmul(x));
        f.put("matmul t", x -> x.matmul(x.t()));
        f.put("linear", x -> x.linear(x, null, Activation.RELU));
        f.put("einsum", x -> Tensor.einsum("...i,...i->...", x, x));
        f.put("avgPool", x -> Ops.avgPool2d(x, 2, 2, 1).value());
        f.put("maxPool", x -> Ops.maxPool2d(x, 2, 1, 0).value());
        f.put("conv", x -> Ops.conv2d(x, x.narrow(0, 0, 1), null, Conv2dOp.Geometry.of(1, 1, 1, 1), Activation.NONE).value());
        for (DType t : DType.values()) {
            f.put("to " + t, x -> x.to(t).copy());
        }
        f.put("inverse", Linalg::inverse);
        f.put("cholesky", x -> Linalg.cholesky(x.matmul(x.t()).add(Tensor.eye(3))));
        f.put("logdet", x -> Ops.logdet(x).value());
        return f;
    }

    private static Map<String, BinaryOperator<Tensor>> binary() {
        Map<String, BinaryOperator<Tensor>> f = new LinkedHashMap<>();
        for (BinaryKind k : BinaryKind.values()) {
            f.put(k.toString(), (a, b) -> a.binary(k, b));
        }
        for (CompareKind k : CompareKind.values()) {
            f.put(k.toString(), (a, b) -> a.compare(k, b));
        }
        f.put("where", (a, b) -> Tensor.where(a.gt(b), a, b));
        return f;
    }

    /** The result, or null where the library refuses. */
    private static Tensor run(Kernels set, String what, UnaryOperator<Tensor> f, Tensor x) {
        try {
            return Context.withKernels(set, () -> f.apply(x));
        } catch (LoamException e) {
            return null;
        } catch (RuntimeException e) {
            throw new AssertionError(set.name() + " " + what + " on " + x.dtype() + " " + x.shape() + ": " + e, e);
        }
    }

    private static void compare(String what, UnaryOperator<Tensor> f, Tensor x) {
        Tensor expected = run(REFERENCE, what, f, x);
        for (Kernels set : KernelSetsHere.all()) {
            Tensor got = run(set, what, f, x);
            String where = set.name() + " " + what + " on " + x.dtype() + " " + x.shape();
            assertEquals(expected == null, got == null, where + ": refused by one set alone");
            if (got == null) {
                continue;
            }
            assertEquals(expected.dtype(), got.dtype(), where);
            assertEquals(expected.shape(), got.shape(), where);
            double[] want = expected.toDoubles();
            double[] have = got.toDoubles();
            double close = expected.dtype().isFloating() ? 2e-6 : 0;
            for (int i = 0; i < want.length; i++) {
                boolean same = want[i] == have[i] || Double.isNaN(want[i]) && Double.isNaN(have[i]) || Math.abs(want[i] - have[i]) <= close * Math.max(1, Math.abs(want[i]));
                assertTrue(same, where + ": " + have[i] + " instead of " + want[i] + " at " + i);
            }
        }
    }

    @Test
    void functionsOfOneTensor() {
        Map<String, UnaryOperator<Tensor>> functions = unary();
        for (DType type : DType.values()) {
            for (Tensor x : inputs(type)) {
                double[] before = x.toDoubles();
                functions.forEach((name, f) -> compare(name, f, x));
                assertArrayEquals(before, x.toDoubles());
            }
        }
    }

    @Test
    void functionsOfTwoTensors() {
        Map<String, BinaryOperator<Tensor>> functions = binary();
        for (DType a : DType.values()) {
            for (DType b : new DType[] {DType.BOOL, DType.U8, DType.I64, DType.F16, DType.F32, DType.F64}) {
                for (Tensor x : inputs(a)) {
                    if (x.rank() > 2) {
                        continue;
                    }
                    Tensor y = NaiveArray.numbered(x.shape().toArray()).strided().add(0.5).to(b);
                    Tensor one = Tensor.scalar(b, 2);
                    functions.forEach((name, f) -> {
                        compare(name, t -> f.apply(t, y), x);
                        compare(name + " scalar", t -> f.apply(one, t), x);
                    });
                }
            }
        }
    }

    @Test
    void nothingToDoIsDone() {
        assertEquals(Shape.of(2, 0, 3), Tensor.zeros(Shape.of(2, 0, 3)).add(1).shape());
        assertEquals(Shape.of(3, 4), Tensor.zeros(Shape.of(3, 0)).matmul(Tensor.zeros(Shape.of(0, 4))).shape());
        assertEquals(Shape.of(2, 3, 4), Tensor.zeros(Shape.of(2, 3, 0)).matmul(Tensor.zeros(Shape.of(0, 4))).shape());
        assertEquals(Shape.of(0, 4), Tensor.zeros(Shape.of(0, 3)).linear(Tensor.zeros(Shape.of(4, 3)), null, Activation.NONE).shape());
    }
}
