package loam.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loam.bench.soak.SoakRun.Sample;

/** What is asked of a soak: memory does not grow after its first tenth, and the losses are those of a run that recycles nothing, bit for bit. */
public final class SoakCheck {
    private static final long MIB = 1 << 20;
    /** Classes and compiled code come late; a kilobyte a step over 20,000 steps is beyond it. */
    static final long HEAP_GROWTH = 8 * MIB;
    static final long RESIDENT_GROWTH = 64 * MIB;
    static final long POOLED_GROWTH = MIB;

    private SoakCheck() { }

    /** What is wrong; empty when nothing is. {@code plain} has at least as many losses as {@code losses}. */
    public static List<String> faults(List<Sample> samples, float[] losses, float[] plain) {
        List<String> faults = new ArrayList<>();
        if (samples.size() < 2) {
            faults.add("the memory was not looked at twice");
        } else {
            Sample first = samples.get(0);
            Sample last = samples.get(samples.size() - 1);
            growth(faults, "heap after collection", first.heap(), last.heap(), HEAP_GROWTH, first, last);
            growth(faults, "resident memory", first.resident(), last.resident(), RESIDENT_GROWTH, first, last);
            growth(faults, "pool", first.pooled(), last.pooled(), POOLED_GROWTH, first, last);
        }
        for (int i = 0; i < losses.length; i++) {
            if (!Float.isFinite(losses[i]) || losses[i] <= 0) {
                faults.add("the loss of step " + i + " is " + losses[i]);
                break;
            }
            if (Float.floatToRawIntBits(losses[i]) != Float.floatToRawIntBits(plain[i])) {
                faults.add("the loss of step " + i + " is " + losses[i] + ", without recycling it is " + plain[i]);
                break;
            }
        }
        return faults;
    }

    private static void growth(List<String> faults, String what, long before, long after, long limit, Sample first, Sample last) {
        if (after - before > limit) {
            faults.add(String.format(Locale.ROOT, "%s grew from %.1f to %.1f MiB between steps %d and %d", what, before / (double) MIB, after / (double) MIB,
                    first.step(), last.step()));
        }
    }
}
