package loam.bench.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loam.bench.Rows;
import loam.bench.work.LoamEngine;
import loam.bench.work.LoamSteps;
import loam.tensor.kernel.KernelSets;

/**
 * One process of a soak: trains, writes losses, samples and facts below its folder. The neighbour, which recycles nothing, goes on
 * training afterwards until it is stopped, so that the other one never has the machine for itself.
 * Source: started by {@link Soak} with folder, name ("recycled" or "plain"), row, steps and seconds.
 */
public final class SoakChild {
    private static final int AT_A_TIME = 20;

    private SoakChild() { }

    /** The training of a row; losses go to a file as they come. */
    private record Steps(LoamSteps work, boolean recycled, OutputStream out) implements SoakRun.Training {
        @Override
        public void start(double factor) {
            work.start(factor);
        }

        @Override
        public void train(int n, float[] losses, int from) {
            for (int i = from; i < from + n; i += AT_A_TIME) {
                int count = Math.min(AT_A_TIME, from + n - i);
                work.train(count, recycled, losses, i);
                ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(losses, i, count);
                try {
                    out.write(bytes.array());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public long pooledBytes() {
            return work.pooledBytes();
        }
    }

    /** Trains as the arguments say. */
    public static void main(String[] args) throws IOException {
        Path dir = Path.of(args[0]);
        String name = args[1];
        boolean recycled = name.equals("recycled");
        LoamSteps work = (LoamSteps) new LoamEngine().open(Rows.named(args[2]), dir);
        float[] losses = new float[Integer.parseInt(args[3])];
        try (OutputStream out = Files.newOutputStream(dir.resolve(name + ".losses"))) {
            List<SoakRun.Sample> samples = SoakRun.run(new Steps(work, recycled, out), losses, Double.parseDouble(args[4]));
            Files.write(dir.resolve(name + ".samples"), samples.stream().map(SoakRun.Sample::text).toList());
        }
        Files.writeString(dir.resolve(name + ".facts"), KernelSets.chosen().name() + " " + KernelSets.chosen().lanes() + " " + KernelSets.threads());
        while (!recycled) {
            work.train(AT_A_TIME, false, losses, 0);
        }
    }
}
