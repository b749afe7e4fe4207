package loam.tests.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Differentiable functions that are made of others, and gradients at the places where formulas break. Would catch a composition that
 * cuts the graph, differs from the tensor's own function, or divides by an element that is 0.
 */
@Tag("fast")
class ComposedOpsTest {
    private static final Tensor MASK = Tensor.ofBooleans(Shape.of(3, 5), true, false, true, true, false, false, false, true, true, true, false, true, true, false, true);

    private static Map<String, GradCheck.Function> functions() {
        Map<String, GradCheck.Function> f = new LinkedHashMap<>();
        f.put("std", in -> Ops.std(in[0], 1, false, 1));
        f.put("var", in -> Ops.var(in[0], 0, true, 0));
        f.put("sort", in -> Ops.sort(in[0], 1, true).values());
        f.put("sort first", in -> Ops.sort(in[0], 0, false).values());
        f.put("topk", in -> Ops.topk(in[0], 3, -1, true).values());
        f.put("largest", in -> Ops.maxIndexed(in[0], 1, false).values().square());
        f.put("smallest", in -> Ops.minIndexed(in[0], 0, true).values().square());
        f.put("median", in -> Ops.median(in[0], 1, false));
        f.put("quantile", in -> Ops.quantile(in[0], 0.3, 1, true));
        f.put("stack", in -> Ops.stack(-1, in[0], in[0].square(), in[0].exp()));
        f.put("split", in -> in[0].split(1, 2)[1].mul(in[0].split(1, 2)[0]));
        f.put("chunk", in -> in[0].chunk(1, 2)[1].square());
        f.put("repeat", in -> in[0].repeat(2, 1, 3));
        f.put("take along", in -> in[0].takeAlong(1, Tensor.ofInts(Shape.of(1, 2), -1, 2)));
        f.put("masked select", in -> in[0].maskedSelect(MASK).square());
        f.put("masked fill", in -> in[0].maskedFill(MASK, 2).square());
        f.put("index add", in -> Ops.indexAdd(in[0].square(), 1, Tensor.ofInts(Shape.of(5), 0, 0, 4, -2, 1), in[0]));
        f.put("trace", in -> Ops.trace(in[0].square()));
        f.put("diag embed", in -> Ops.diagEmbed(in[0]).square());
        f.put("tril", in -> Ops.tril(in[0].square(), -1));
        f.put("triu", in -> Ops.triu(in[0].square(), 1));
        f.put("softplus", in -> Ops.softplus(in[0], 3));
        f.put("hardtanh", in -> Ops.hardtanh(in[0].mul(3.3), -1, 1));
        f.put("global pooling", in -> Ops.globalAvgPool2d(in[0].square().unsqueeze(0).unsqueeze(0)).add(Ops.globalMaxPool2d(in[0].unsqueeze(0).unsqueeze(0))));
        f.put("norm", in -> Ops.norm(in[0], 3, false, 1));
        f.put("logsumexp", in -> Ops.logsumexp(in[0], false, 0, 1));
        f.put("solve vector", in -> Ops.solve(in[0].matmul(in[0].t()).add(Tensor.eye(DType.F64, 3)), in[0].select(1, 2)));
        f.put("logdet", in -> Ops.logdet(in[0].matmul(in[0].t()).add(Tensor.eye(DType.F64, 3))));
        return f;
    }

    @Test
    void gradientsToTheSecondOrder() {
        double[] v = new double[15];
        int[] order = Rng.seed(8).permutation(15);
        for (int i = 0; i < v.length; i++) {
            v[i] = (order[i] - 7.3) / 7;
        }
        Tensor x = Tensor.ofDoubles(Shape.of(3, 5), v);
        functions().forEach((name, f) -> {
            assertEquals(0, GradCheck.jacobian(f, x), 1e-6, name);
            assertEquals(0, GradCheck.secondOrder(f, Rng.seed(2), x), 1e-5, name);
        });
    }

    @Test
    void valuesAreThoseOfTensors() {
        Tensor x = Tensor.randn(DType.F64, Shape.of(3, 5), Rng.seed(4));
        same(x.std(1, false, 1), Ops.std(x, 1, false, 1));
        same(x.median(1, true), Ops.median(x, 1, true));
        same(x.quantile(0.7, 0, false), Ops.quantile(x, 0.7, 0, false));
        same(x.topk(2, 1, false).values(), Ops.topk(x, 2, 1, false).values());
        same(x.repeat(2, 2, 1), Ops.repeat(x, 2, 2, 1));
        same(x.tril(1), Ops.tril(x, 1));
        same(x.triu(-1), Ops.triu(x, -1));
        same(x.diagonal(-1, 0, 1), Ops.diagonal(x, -1, 0, 1));
        same(x.diagEmbed(), Ops.diagEmbed(x));
        same(x.maskedSelect(MASK), Ops.maskedSelect(x, MASK));
        same(x.maskedFill(MASK, 3), Ops.maskedFill(x, MASK, 3));
        same(x.takeAlong(0, Tensor.ofInts(Shape.of(2, 1), 0, 2)), Ops.takeAlong(x, 0, Tensor.ofInts(Shape.of(2, 1), 0, 2)));
        same(Tensor.stack(1, x, x), Ops.stack(1, x, x));
        same(x.prod(false, 1), Ops.prod(x, false, 1));
        assertTrue(Double.isNaN(Ops.median(Tensor.of(1, Float.NaN, 2), 0, false).item()));
    }

    private static void same(Tensor expected, Variable got) {
        assertEquals(expected.shape(), got.shape());
        assertArrayEquals(expected.toDoubles(), got.value().toDoubles(), 1e-12);
    }

    /** Of a product with one 0 only that element has a gradient; with two, none has, but the second derivative is there. */
    @Test
    void productsWithZeros() {
        Variable x = Variable.of(Tensor.ofDoubles(Shape.of(2, 3), 2, 0, 5, 0, 3, 0)).requiresGrad();
        Variable g = Grad.grad(Ops.prod(x, false, 1).sum(), x, Grad.CREATE_GRAPH);
        assertArrayEquals(new double[] {0, 10, 0, 0, 0, 0}, g.value().toDoubles());
        Variable second = Grad.grad(g.select(1, 0).select(0, 1), x);
        assertArrayEquals(new double[] {0, 0, 0, 0, 0, 3}, second.value().toDoubles());
        Variable c = Variable.of(Tensor.ofDoubles(Shape.of(4), 2, 0, 3, 0)).requiresGrad();
        assertArrayEquals(new double[] {1, 2 + 6, 0, 0}, Grad.grad(c.cumprod(0).sum(), c).value().toDoubles());
        for (GradCheck.Function f : new GradCheck.Function[] {in -> in[0].cumprod(1), in -> in[0].prod(false, 1), in -> in[0].prod(false)}) {
            assertEquals(0, GradCheck.jacobian(f, x.value()), 1e-6);
            assertEquals(0, GradCheck.secondOrder(f, Rng.seed(1), x.value()), 1e-5);
        }
    }

    /** Far out the saturated functions have finite gradients, never NaN. */
    @Test
    void gradientsFarOut() {
        Variable x = Variable.of(Tensor.ofDoubles(Shape.of(4), -800, -40, 40, 800)).requiresGrad();
        check(x, Ops.softplus(x), 0, 4e-18, 1, 1);
        check(x, Ops.logSigmoid(x), 1, 1, 4e-18, 0);
        check(x, Ops.silu(x), 0, -39 * 4e-18, 1, 1);
        check(x, Ops.gelu(x), 0, 0, 1, 1);
        check(x, Ops.gelu(x, true), 0, 0, 1, 1);
        check(x, Ops.elu(x, 1), 0, 4e-18, 1, 1);
        check(x, Ops.tanh(x), 0, 0, 0, 0);
        check(x, Ops.sigmoid(x), 0, 4e-18, 0, 0);
    }

    private static void check(Variable x, Variable y, double... expected) {
        assertArrayEquals(expected, Grad.grad(y.sum(), x, false).value().toDoubles(), 1e-17);
        assertArrayEquals(expected, Grad.grad(y.sum(), x, true).value().toDoubles(), 1e-15);
    }

    @Test
    void constantFunctionsHaveZeroGradient() {
        Variable x = Variable.of(Tensor.of(1.3f, -2.7f)).requiresGrad();
        Variable y = Ops.floor(x).add(Ops.ceil(x)).add(Ops.round(x)).add(Ops.trunc(x)).add(Ops.sign(x));
        assertArrayEquals(new double[] {1 + 2 + 1 + 1 + 1, -3 - 2 - 3 - 2 - 1}, y.value().toDoubles());
        assertArrayEquals(new double[] {0, 0}, Grad.grad(y.sum(), x).value().toDoubles());
    }

    /** Known values on both sides of 0. */
    @Test
    void polygammaValues() {
        double square = Math.PI * Math.PI;
        Tensor x = Tensor.ofDoubles(Shape.of(4), 1, 0.5, -0.5, 0);
        assertArrayEquals(new double[] {square / 6, square / 2, square / 2 + 4, Double.POSITIVE_INFINITY}, Ops.polygamma(1, x).value().toDoubles(), 1e-13);
        assertEquals(-2 * 1.2020569031595942, Ops.polygamma(2, x).value().at(0), 1e-13);
        assertEquals(square * square / 15, Ops.polygamma(3, x).value().at(0), 1e-12);
        assertEquals(Ops.digamma(x.add(1)).value().at(2) - 1 / -0.5, Ops.digamma(x).value().at(2), 1e-13);
    }

    @Test
    void logdetOfANegativeDeterminantIsNotANumber() {
        Tensor m = Tensor.ofDoubles(Shape.of(2, 2), 0, 2, 1, 0);
        assertTrue(Double.isNaN(Ops.logdet(m).item()));
        assertEquals(-1, Ops.slogdet(m).sign().item());
        assertEquals(Math.log(2), Ops.slogdet(m).logAbs().item(), 1e-12);
        assertEquals(Double.NEGATIVE_INFINITY, Ops.logdet(Tensor.zeros(Shape.of(2, 2))).item());
    }
}
