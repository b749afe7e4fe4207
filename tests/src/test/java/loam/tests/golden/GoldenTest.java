package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import loam.tensor.Context;
import loam.tensor.DType;
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
    /** Ops that the library does not have yet: each leaves this list when it comes, and the list then goes. */
    private static final Set<String> AWAITED = Set.of("avg_pool2d", "batch_norm", "bce_with_logits", "cholesky", "conv2d", "cross_entropy",
            "eigh_exp", "eigh_values", "einsum", "embedding", "global_avg_pool2d", "global_max_pool2d", "huber", "inverse", "l1", "layer_norm",
            "logdet", "lstsq", "max_pool2d", "mse", "pinv", "qr", "smooth_l1", "solve", "squared_hinge", "svd");

    @TestFactory
    Stream<DynamicTest> values() {
        return each((c, dtype) -> {
            TensorOps.Call call = TensorOps.of(c.op());
            if (call != null) {
                Tensor[] x = c.inputs().stream().map(i -> i.tensor(dtype)).toArray(Tensor[]::new);
                compareOutputs(c, call.run(c.attributes(), x), dtype);
            }
        }, c -> TensorOps.of(c.op()) != null);
    }

    @Test
    void everyOpIsRunAndThereAreEnoughCases() {
        Set<String> unmapped = new TreeSet<>();
        for (GoldenCase c : GoldenCase.all()) {
            if (TensorOps.of(c.op()) == null) {
                unmapped.add(c.op());
            }
        }
        assertEquals(AWAITED, unmapped, "golden ops that no test runs");
        Set<String> withGradients = GoldenCase.all().stream().filter(c -> !c.gradients().isEmpty())
                .map(c -> c.id().substring(0, c.id().lastIndexOf('/'))).collect(Collectors.toSet());
        assertTrue(withGradients.size() >= 120, "cases with gradients: " + withGradients.size());
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

    /** One test a case: F64 on the reference and on the process's own kernels, F32 on every set that runs here. */
    private static Stream<DynamicTest> each(Body body, java.util.function.Predicate<GoldenCase> which) {
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
