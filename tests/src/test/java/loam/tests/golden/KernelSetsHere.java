package loam.tests.golden;

import java.util.ArrayList;
import java.util.List;
import loam.tensor.StateException;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;

/** The kernel sets that can run in this process: reference and scalar always, simd where the vector module is there. */
public final class KernelSetsHere {
    private static final List<Kernels> ALL = load();

    private KernelSetsHere() {
    }

    public static List<Kernels> all() {
        return ALL;
    }

    private static List<Kernels> load() {
        List<Kernels> out = new ArrayList<>(List.of(KernelSets.named("reference"), KernelSets.named("scalar")));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            try {
                out.add(KernelSets.named("simd"));
            } catch (StateException e) {
                if (!e.getMessage().contains("cannot run")) {
                    throw e;
                }
            }
        }
        return List.copyOf(out);
    }
}
