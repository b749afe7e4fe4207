package loam.tensor.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import loam.tensor.Failure;
import loam.tensor.internal.Loops;
import loam.tensor.internal.heap.HeapKernels;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.reference.ReferenceKernels;
import loam.tensor.internal.scalar.ScalarLoops;

/**
 * The kernel sets of this process and the choice among them. The choice follows from facts (vector module readable, C2 present,
 * at least 4 lanes), never from timing, and never changes. {@code -Dloam.kernels=auto|simd|scalar|reference} forces one.
 */
public final class KernelSets {
    private static final String SIMD = "loam.tensor.internal.simd.SimdLoops";

    private KernelSets() {
    }

    private static final class Holder {
        static final Choice CHOICE = announced(choose(System.getProperty("loam.kernels", "auto")));
    }

    /** A kernel set, why it runs, and how to get a better one (empty when it is the best). */
    public record Choice(Kernels kernels, String reason, String hint) {
    }

    /** The set that this process runs on. */
    public static Kernels chosen() {
        return Holder.CHOICE.kernels();
    }

    /** The choice with its reason. */
    public static Choice choice() {
        return Holder.CHOICE;
    }

    /** How many threads the kernels use, the caller's included; {@code -Dloam.threads} sets it. */
    public static int threads() {
        return Parallel.threads();
    }

    /** A set by name, made anew: for comparisons. Fails when it cannot run here. */
    public static Kernels named(String name) {
        return choose(name).kernels();
    }

    private static Choice choose(String name) {
        Choice c = switch (name.toLowerCase(Locale.ROOT)) {
            case "reference" -> new Choice(new ReferenceKernels(), "forced", "");
            case "scalar" -> new Choice(new HeapKernels(new ScalarLoops()), "forced", "");
            case "simd" -> {
                String missing = missing();
                if (missing != null) {
                    throw Failure.of("kernels", "simd kernels cannot run: " + missing).fact("loam.kernels", name).hint(hint(missing)).state();
                }
                yield new Choice(new HeapKernels(simd()), "forced", "");
            }
            case "auto" -> {
                String missing = missing();
                yield missing == null
                        ? new Choice(new HeapKernels(simd()), "vector module readable, C2 present", "")
                        : new Choice(new HeapKernels(new ScalarLoops()), missing, hint(missing));
            }
            default -> throw Failure.of("kernels", "no kernel set of this name").fact("loam.kernels", name)
                    .hint("one of auto, simd, scalar, reference").argument();
        };
        return c;
    }

    /** The one log line about kernels. */
    private static Choice announced(Choice c) {
        System.getLogger("loam").log(c.hint().isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
                "kernels: " + c.kernels().name() + ", " + c.kernels().lanes() + " lanes (" + c.reason() + ")" + (c.hint().isEmpty() ? "" : "; for faster ones " + c.hint()));
        return c;
    }

    /** Whether the virtual machine uses the processor's fused multiply-add; false where it does not say. */
    private static boolean fusedMultiplyAdd() {
        HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return bean != null && Boolean.parseBoolean(bean.getVMOption("UseFMA").getValue());
        } catch (IllegalArgumentException noSuchOption) {
            return false;
        }
    }

    private static String missing() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return "the module jdk.incubator.vector is not in the boot layer";
        }
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        String name = jit == null ? "" : jit.getName();
        boolean tieredDown = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(a -> a.equals("-Xint") || a.equals("-XX:-UseCompiler") || a.startsWith("-XX:TieredStopAtLevel=") && !a.endsWith("=4"));
        if (!name.contains("Tiered") && !name.contains("64-Bit Server") || tieredDown) {
            return "the optimising compiler (C2) is off";
        }
        if (!fusedMultiplyAdd()) {
            return "the processor has no fused multiply-add";
        }
        Loops loops = simd();
        return loops.lanes() >= 4 ? null : "the processor's vectors have fewer than 4 float lanes";
    }

    private static String hint(String missing) {
        return missing.contains("jdk.incubator") ? "run java with --add-modules jdk.incubator.vector" : missing.contains("C2") ? "run without -Xint and -XX:TieredStopAtLevel" : "";
    }

    private static Loops simd() {
        try {
            return (Loops) Class.forName(SIMD).getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw Failure.of("kernels", "simd kernels failed to start").cause(e.getCause()).state();
        } catch (ReflectiveOperationException e) {
            throw Failure.of("kernels", "simd kernels failed to start").cause(e).state();
        }
    }
}
