package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many lanes this run of the kernel tests had. Would catch a run that is meant for narrow vectors and has wide ones, or none: the
 * virtual machine ignores a limit above what the processor has, and the tests pass without vector kernels too.
 */
@Tag("fast")
class LanesTest {
    private static final String LIMIT = "-XX:MaxVectorSize=";

    /** The limit in bytes that this virtual machine was started with, 0 for none. */
    private static int asked() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(a -> a.startsWith(LIMIT))
                .mapToInt(a -> Integer.parseInt(a.substring(LIMIT.length()))).reduce(0, (first, last) -> last);
    }

    @Test
    void theRunSaysAtHowManyLanesItWas() {
        List<Kernels> sets = KernelSetsHere.all();
        int lanes = sets.stream().mapToInt(Kernels::lanes).max().orElse(0);
        int asked = asked() / Float.BYTES;
        String what = "kernel tests on Java " + Runtime.version().feature() + ": " + sets.stream().map(Kernels::name).toList() + ", " + lanes + " lanes";
        if (asked > 0 && LoopSets.hasSimd()) {
            int allowed = Integer.parseInt(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption("MaxVectorSize").getValue());
            assertEquals(allowed / Float.BYTES, lanes, what);
            assertTrue(lanes <= asked, what + " where " + asked + " are allowed");
            what += lanes == asked ? ", as asked" : " (this machine has no " + asked + ")";
        }
        System.out.println(what);
    }

    /** A limit must not be the reason that the vector kernels are left out. */
    @Test
    void narrowVectorsAreUsed() {
        List<String> sets = KernelSetsHere.all().stream().map(Kernels::name).toList();
        assertTrue(asked() == 0 || !LoopSets.hasSimd() || sets.contains("simd"), () -> "kernel sets: " + sets);
    }
}
