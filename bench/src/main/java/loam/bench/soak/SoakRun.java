package loam.bench.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A long training with a look at the memory after every tenth of it. */
public final class SoakRun {
    /** Steps after which a training begins anew, from other weights: losses that are zero for ever would show nothing. */
    public static final int SEGMENT = 500;
    private static final int SAMPLES = 10;
    private static final double SPREAD = 1e-3;
    private static final Path STATUS = Path.of("/proc/self/status");

    private SoakRun() { }

    /** What is trained. */
    public interface Training {
        /** Begins anew from the initial weights times {@code factor}. */
        void start(double factor);

        /** Goes on for {@code n} steps; their losses go behind {@code from}. */
        void train(int n, float[] losses, int from);

        /** Bytes kept from step to step. */
        long pooledBytes();
    }

    /**
     * The memory after a step.
     *
     * @param heap     bytes alive after a collection
     * @param resident bytes of the process in memory, 0 where the system does not say
     * @param pooled   bytes kept from step to step
     */
    public record Sample(int step, long heap, long resident, long pooled) {
        String text() {
            return step + " " + heap + " " + resident + " " + pooled;
        }

        static Sample parse(String text) {
            String[] f = text.split(" ");
            return new Sample(Integer.parseInt(f[0]), Long.parseLong(f[1]), Long.parseLong(f[2]), Long.parseLong(f[3]));
        }
    }

    /** Trains until all of {@code losses} are there or the time is over; the samples, the last one after the last step. */
    public static List<Sample> run(Training training, float[] losses, double seconds) {
        long start = System.nanoTime();
        List<Sample> samples = new ArrayList<>();
        int every = Math.max(1, losses.length / SAMPLES);
        int done = 0;
        while (done < losses.length && (System.nanoTime() - start) / 1e9 < seconds) {
            if (done % SEGMENT == 0) {
                training.start(1 + SPREAD * (done / SEGMENT));
            }
            int next = Math.min(losses.length, Math.min((done / every + 1) * every, (done / SEGMENT + 1) * SEGMENT));
            training.train(next - done, losses, done);
            done = next;
            if (done % every == 0 || done == losses.length) {
                samples.add(sample(done, training));
            }
        }
        if (samples.isEmpty() || samples.get(samples.size() - 1).step() < done) {
            samples.add(sample(done, training));
        }
        return samples;
    }

    private static Sample sample(int step, Training training) {
        System.gc();
        System.gc();
        return new Sample(step, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), resident(), training.pooledBytes());
    }

    private static long resident() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("can't read " + STATUS, e);
        }
        return 0;
    }
}
