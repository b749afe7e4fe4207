package loam.tests.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Takes every op through its specification. Would catch a gradient that is not the derivative, a fast rule that differs from the
 * differentiable one, a kernel set that disagrees with the reference, an op that reads a view as if it were dense, writes its inputs,
 * leaves part of its output unwritten, or whose result depends on the number of threads; and an op that nobody listed.
 */
@Tag("fast")
class OpSpecTest {
    private static final double ROUNDING = 0x1p-24;
    private static final double F64_AGREEMENT = 1e-11;
    private static final double FIRST_ORDER = 1e-6;
    private static final double SECOND_ORDER = 1e-5;
    /** Above this many entries of the Jacobian the random direction has to do. */
    private static final int JACOBIAN_ENTRIES = 4000;

    private static final Kernels REFERENCE = KernelSets.named("reference");

    /** Output and gradients (null for inputs that have none) of one call. */
    private record Result(Tensor output, Tensor[] gradients) {
    }

    @TestFactory
    Stream<DynamicTest> everyKernelSetAgreesWithTheReference() {
        return each((spec, sample, in) -> {
            Result expected = on(REFERENCE, () -> run(sample, in, false));
            int terms = Arrays.stream(in).mapToInt(Tensor::numel).max().orElse(1);
            double bound = spec.tolerance() * ROUNDING * Math.sqrt(Math.max(1, terms));
            for (Kernels set : KernelSetsHere.all()) {
                close(set.name() + " F64", expected, on(set, () -> run(sample, in, false)), F64_AGREEMENT);
                close(set.name() + " F32", expected, on(set, () -> run(sample, SpecInputs.as(DType.F32, in), false)), bound);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> gradientsAreTheDerivatives() {
        return each((spec, sample, in) -> {
            if (spec.surrogateReason() != null || Arrays.stream(in).noneMatch(t -> t.dtype().isFloating())) {
                return;
            }
            GradCheck.Function f = v -> sample.body().apply(v);
            double error = GradCheck.direction(f, Rng.seed(3), in);
            assertTrue(error <= FIRST_ORDER, () -> "along a random direction: " + error);
            int outputs = Grad.noGrad(() -> f.apply(variables(in))).numel();
            long inputs = Arrays.stream(in).filter(t -> t.dtype().isFloating()).mapToLong(Tensor::numel).sum();
            if (outputs * inputs <= JACOBIAN_ENTRIES) {
                double worst = GradCheck.jacobian(f, in);
                assertTrue(worst <= FIRST_ORDER, () -> "whole Jacobian: " + worst);
            }
            if (spec.secondOrder()) {
                double second = GradCheck.secondOrder(f, Rng.seed(4), in);
                assertTrue(second <= SECOND_ORDER, () -> "second order: " + second);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> surrogateGradientsAreAsDeclared() {
        return each((spec, sample, in) -> {
            if (spec.surrogateReason() == null) {
                return;
            }
            assertFalse(spec.surrogateReason().isBlank(), "the reason");
            Variable[] x = leaves(in);
            Variable y = sample.body().apply(x);
            Variable dy = Variable.of(weights(y.value(), 5));
            Variable[] expected = spec.surrogateExpected().apply(variables(in), dy);
            List<Variable> got = Grad.grad(y, wanted(x), dy, false);
            for (int i = 0, p = 0; i < x.length; i++) {
                if (x[i].needsGrad()) {
                    close("gradient " + i, expected[i].value(), got.get(p++).value(), F64_AGREEMENT);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> fastRulesEqualTheDifferentiableOnes() {
        return each((spec, sample, in) -> {
            for (DType dtype : List.of(DType.F64, DType.F32)) {
                Tensor[] x = SpecInputs.as(dtype, in);
                double bound = dtype == DType.F64 ? F64_AGREEMENT : 2 * spec.tolerance() * ROUNDING * Math.sqrt(Math.max(1, x[0].numel()));
                close("with graph " + dtype, run(sample, x, false), run(sample, x, true), bound);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> viewsGiveWhatDenseInputsGive() {
        return each((spec, sample, in) -> {
            Tensor[] views = SpecInputs.views(in);
            double bound = spec.tolerance() * ROUNDING * Math.sqrt(Math.max(1, Arrays.stream(in).mapToInt(Tensor::numel).max().orElse(1)));
            for (Kernels set : KernelSetsHere.all()) {
                on(set, () -> {
                    close(set.name() + " F64", run(sample, in, false), run(sample, views, false), F64_AGREEMENT);
                    Tensor[] single = SpecInputs.as(DType.F32, in);
                    close(set.name() + " F32", run(sample, single, false), run(sample, SpecInputs.views(single), false), bound);
                    return null;
                });
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> threadsAndPoisonChangeNoBit() {
        return each((spec, sample, in) -> {
            for (Kernels set : KernelSetsHere.all()) {
                for (DType dtype : List.of(DType.F64, DType.F32)) {
                    Tensor[] x = SpecInputs.as(dtype, in);
                    double[][] before = Arrays.stream(x).map(OpSpecTest::numbers).toArray(double[][]::new);
                    Result one = on(set, () -> threads(1, () -> run(sample, x, false)));
                    String what = set.name() + " " + dtype;
                    bitwise(what + ", 3 threads", one, on(set, () -> threads(3, () -> run(sample, x, false))));
                    bitwise(what + ", poisoned", one, on(PoisonedKernels.over(set), () -> threads(1, () -> run(sample, x, false))));
                    for (int i = 0; i < x.length; i++) {
                        assertArrayEquals(before[i], numbers(x[i]), what + ": input " + i + " was written");
                    }
                }
            }
        });
    }

    @Test
    void everyOpClassHasItsSpecInTheList() throws Exception {
        List<String> listed = Ops.all().stream().map(OpSpec::name).toList();
        assertEquals(new TreeSet<>(listed).size(), listed.size(), () -> "an op is listed twice: " + listed);
        List<String> found = new ArrayList<>();
        for (Class<?> type : opClasses()) {
            assertTrue(Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals("spec") && Modifier.isStatic(m.getModifiers())
                    && Modifier.isPublic(m.getModifiers())), () -> type.getName() + " has no public static spec()");
            found.add(((OpSpec) type.getMethod("spec").invoke(null)).name());
        }
        assertEquals(new TreeSet<>(found), new TreeSet<>(listed), "op classes against Ops.all()");
    }

    @Test
    void everySpecHasSamplesWithOddSizes() {
        for (OpSpec spec : Ops.all()) {
            assertFalse(spec.samples().isEmpty(), () -> spec.name() + " has no samples");
            assertTrue(spec.samples().stream().flatMap(s -> s.inputs().stream()).anyMatch(i -> i.differentiable() && i.shape().numel() % 8 != 0),
                    () -> spec.name() + " has no input of odd size");
        }
    }

    private static List<Class<?>> opClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        String folder = "loam/autograd/ops";
        URI at = Op.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        List<String> names;
        if (at.getPath().endsWith(".jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + at), Map.of())) {
                names = names(jar.getPath(folder));
            }
        } else {
            names = names(Path.of(at).resolve(folder));
        }
        List<Class<?>> out = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName("loam.autograd.ops." + name);
            if (Op.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()) && type.getEnclosingClass() == null) {
                out.add(type);
            }
        }
        assertTrue(out.size() >= 40, "op classes found: " + out.size());
        return out;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(".class")).map(n -> n.substring(0, n.length() - 6)).sorted().toList();
        }
    }

    // ---- running samples

    private interface Check {
        void run(OpSpec spec, OpSpec.Sample sample, Tensor[] in);
    }

    /** One test an op, which names every sample that fails. */
    private static Stream<DynamicTest> each(Check check) {
        return Ops.all().stream().map(spec -> DynamicTest.dynamicTest(spec.name(), () -> {
            List<String> failures = new ArrayList<>();
            for (OpSpec.Sample sample : spec.samples()) {
                try {
                    check.run(spec, sample, SpecInputs.draw(sample, Rng.seed(1).split(spec.name()).split(sample.name())));
                } catch (AssertionError | RuntimeException e) {
                    failures.add("sample " + sample.name() + ": " + e);
                }
            }
            assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        }));
    }

    /** Applies the op and takes the gradients of its output, weighted. */
    private static Result run(OpSpec.Sample sample, Tensor[] in, boolean createGraph) {
        Variable[] x = leaves(in);
        Variable y = sample.body().apply(x);
        Tensor[] gradients = new Tensor[x.length];
        if (y.needsGrad()) {
            List<Variable> g = Grad.grad(y, wanted(x), Variable.of(weights(y.value(), 2)), createGraph);
            for (int i = 0, p = 0; i < x.length; i++) {
                gradients[i] = x[i].needsGrad() ? g.get(p++).value() : null;
            }
        }
        return new Result(y.value(), gradients);
    }

    private static Variable[] variables(Tensor[] in) {
        return Arrays.stream(in).map(Variable::of).toArray(Variable[]::new);
    }

    private static Variable[] leaves(Tensor[] in) {
        return Arrays.stream(in).map(t -> t.dtype().isFloating() ? Variable.of(t).requiresGrad() : Variable.of(t)).toArray(Variable[]::new);
    }

    private static List<Variable> wanted(Variable[] x) {
        return Arrays.stream(x).filter(Variable::needsGrad).toList();
    }

    /** Incoming gradients in [-1, 1), float32-representable. */
    private static Tensor weights(Tensor y, long seed) {
        double[] w = new double[y.numel()];
        Rng.seed(seed).uniform(w, 0, w.length, -1, 1);
        return Tensor.ofDoubles(y.shape(), w).to(DType.F32).to(y.dtype());
    }

    private static <T> T on(Kernels set, Supplier<T> body) {
        return Context.withKernels(set, body);
    }

    private static <T> T threads(int n, Supplier<T> body) {
        AtomicReference<T> out = new AtomicReference<>();
        Parallel.withThreads(n, () -> out.set(body.get()));
        return out.get();
    }

    // ---- comparing

    private static double[] numbers(Tensor t) {
        return t.to(DType.F64).toDoubles();
    }

    private static void pairs(Result expected, Result got, String what, PairCheck check) {
        check.run(what + " output", expected.output(), got.output());
        for (int i = 0; i < expected.gradients().length; i++) {
            if (expected.gradients()[i] != null) {
                check.run(what + " gradient " + i, expected.gradients()[i], got.gradients()[i]);
            }
        }
    }

    private interface PairCheck {
        void run(String what, Tensor expected, Tensor got);
    }

    private static void close(String what, Result expected, Result got, double relative) {
        pairs(expected, got, what, (w, e, g) -> close(w, e, g, relative));
    }

    private static void bitwise(String what, Result expected, Result got) {
        pairs(expected, got, what, (w, e, g) -> assertArrayEquals(numbers(e), numbers(g), w));
    }

    /** Within {@code relative} of the largest entry. */
    private static void close(String what, Tensor expected, Tensor got, double relative) {
        assertEquals(expected.shape(), got.shape(), what + ": shape");
        double[] e = numbers(expected);
        double[] g = numbers(got);
        double largest = Arrays.stream(e).map(Math::abs).max().orElse(0);
        for (int i = 0; i < e.length; i++) {
            double error = Math.abs(e[i] - g[i]);
            if (!(error <= relative * largest)) {
                throw new AssertionError(String.format(Locale.ROOT, "%s: element %d is %s, expected %s; error %.3g, bound %.3g",
                        what, i, g[i], e[i], error, relative * largest));
            }
        }
    }
}
