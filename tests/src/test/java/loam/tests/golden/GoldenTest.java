package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.Ops;
import loam.autograd.Variable;
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
 * Values computed by PyTorch in float64. Would catch a wrong formula, default, axis or edge case in any op, its gradient or its
 * gradient's gradient, on any kernel set, on sizes that do not fill a vector and on views that a kernel reads as if they were dense.
 */
@Tag("fast")
class GoldenTest {
    /** Calls on tensors, without history. */
    @TestFactory
    Stream<DynamicTest> tensors() {
        return each(c -> TensorOps.of(c.op()) != null, (c, dtype) -> {
            Tensor[] x = c.inputs().stream().map(i -> i.tensor(dtype)).toArray(Tensor[]::new);
            compareOutputs(c, TensorOps.of(c.op()).run(c.attributes(), x), dtype);
        });
    }

    /** Calls on variables: values, gradients by both rules of an op, and the gradient's gradient in F64. */
    @TestFactory
    Stream<DynamicTest> variables() {
        return each(c -> VariableOps.of(c.op()) != null, GoldenTest::compareGradients);
    }

    @Test
    void everyOpIsRunAndThereAreEnoughCases() {
        Set<String> unmapped = new TreeSet<>();
        Set<String> withoutGradients = new TreeSet<>();
        Set<String> withGradients = new TreeSet<>();
        for (GoldenCase c : GoldenCase.all()) {
            if (TensorOps.of(c.op()) == null && VariableOps.of(c.op()) == null) {
                unmapped.add(c.op());
            }
            if (!c.gradients().isEmpty()) {
                withGradients.add(c.id().substring(0, c.id().lastIndexOf('/')));
                if (VariableOps.of(c.op()) == null) {
                    withoutGradients.add(c.op());
                }
            }
        }
        assertEquals(Set.of(), unmapped, "golden ops that no test runs");
        assertEquals(Set.of(), withoutGradients, "golden ops whose gradients no test runs");
        assertTrue(withGradients.size() >= 120, "cases with gradients: " + withGradients.size());
    }

    private static void compareGradients(GoldenCase c, DType dtype) {
        Variable[] x = new Variable[c.inputs().size()];
        List<Variable> wanted = new ArrayList<>();
        List<GoldenCase.Input> described = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            x[i] = Variable.of(c.inputs().get(i).tensor(dtype));
            if (c.inputs().get(i).differentiable()) {
                wanted.add(x[i].requiresGrad());
                described.add(c.inputs().get(i));
            }
        }
        Variable[] y = VariableOps.of(c.op()).run(c.attributes(), x);
        compareOutputs(c, Arrays.stream(y).map(Variable::value).toArray(Tensor[]::new), dtype);
        if (c.gradients().isEmpty()) {
            return;
        }
        Variable total = weighted(c, y, dtype);
        List<Variable> fast = gradients(total, wanted, false);
        List<Variable> graph = gradients(total, wanted, Grad.CREATE_GRAPH);
        Variable again = null;
        for (int i = 0; i < described.size(); i++) {
            String what = c.id() + " gradient of " + described.get(i).name();
            int[] shape = wanted.get(i).shape().toArray();
            int terms = described.get(i).terms();
            Closeness.check(what, shape, c.gradients().get(i), fast.get(i).value(), dtype, c.tolerance(), terms);
            Closeness.check(what + " (with graph)", shape, c.gradients().get(i), graph.get(i).value(), dtype, c.tolerance(), terms);
            Variable part = Ops.sum(Ops.mul(graph.get(i), direction(shape, dtype)), false);
            again = again == null ? part : Ops.add(again, part);
        }
        if (dtype == DType.F64 && !c.second().isEmpty()) {
            List<Variable> second = gradients(again, wanted, false);
            for (int i = 0; i < described.size(); i++) {
                Closeness.check(c.id() + " second order of " + described.get(i).name(), wanted.get(i).shape().toArray(), c.second().get(i),
                        second.get(i).value(), dtype, c.tolerance(), 1);
            }
        }
    }

    /** The sum over floating outputs of output times incoming gradient. */
    private static Variable weighted(GoldenCase c, Variable[] y, DType dtype) {
        Variable total = null;
        int p = 0;
        for (int i = 0; i < y.length; i++) {
            GoldenCase.Output o = c.outputs().get(i);
            if (o.floating()) {
                Tensor dy = Tensor.ofDoubles(Shape.of(o.shape()), c.incoming().get(p++)).to(dtype);
                Variable part = Ops.sum(Ops.mul(y[i], dy), false);
                total = total == null ? part : Ops.add(total, part);
            }
        }
        return total;
    }

    /** Gradients; zeros where the result has no history because the op is constant or linear. */
    private static List<Variable> gradients(Variable total, List<Variable> wanted, boolean createGraph) {
        if (total.needsGrad()) {
            return Grad.grad(total, wanted, createGraph);
        }
        return wanted.stream().map(x -> Variable.of(Tensor.zeros(x.dtype(), x.shape()))).toList();
    }

    /** The fixed direction of second-order values, as the generator has it. */
    private static Tensor direction(int[] shape, DType dtype) {
        Shape s = Shape.of(shape);
        double[] v = new double[s.numel()];
        for (int k = 0; k < v.length; k++) {
            v[k] = (7 * k % 11 - 5) / 4.0;
        }
        return Tensor.ofDoubles(s, v).to(dtype);
    }

    private static void compareOutputs(GoldenCase c, Tensor[] y, DType dtype) {
        assertEquals(c.outputs().size(), y.length, "outputs");
        double[][] inputs = c.inputs().stream().map(GoldenCase.Input::base).toArray(double[][]::new);
        for (int i = 0; i < y.length; i++) {
            GoldenCase.Output o = c.outputs().get(i);
            String what = c.id() + " output " + i;
            if (!o.floating()) {
                Closeness.exact(what, o.shape(), o.values(), y[i]);
            } else if (c.variant().equals("special")) {
                Closeness.special(what, o.shape(), o.values(), y[i], dtype, inputs);
            } else {
                assertEquals(dtype, y[i].dtype(), what + ": type");
                Closeness.check(what, o.shape(), o.values(), y[i], dtype, c.tolerance(), c.terms());
            }
        }
    }

    private interface Body {
        void run(GoldenCase c, DType dtype);
    }

    /** One test a case: F64 and F32 on every kernel set that runs here. */
    private static Stream<DynamicTest> each(Predicate<GoldenCase> which, Body body) {
        List<Kernels> sets = KernelSetsHere.all();
        return GoldenCase.all().stream().filter(which).map(c -> DynamicTest.dynamicTest(c.id(), () -> {
            List<String> failures = new ArrayList<>();
            for (Kernels set : sets) {
                for (DType dtype : List.of(DType.F64, DType.F32)) {
                    try {
                        Context.withKernels(set, () -> {
                            body.run(c, dtype);
                            return null;
                        });
                    } catch (AssertionError | RuntimeException e) {
                        failures.add(set.name() + " " + dtype + ": " + e);
                    }
                }
            }
            assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        }));
    }
}
