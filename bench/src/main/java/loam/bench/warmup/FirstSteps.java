package loam.bench.warmup;

import static loam.nn.Padding.SAME;

import loam.methods.data.Digits;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.MaxPool2d;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.optim.AdamW;
import loam.tensor.Rng;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;

/**
 * The README's first program, with a watch: trains the CNN on the digits for a given number of seconds. Prints the time of day at the end
 * of the first step, in milliseconds, and then how many steps each window of {@link #WINDOW_MS} had.
 */
public final class FirstSteps {
    /** Milliseconds in which steps are counted. */
    static final int WINDOW_MS = 250;

    private FirstSteps() { }

    /** One argument: seconds to train from the first step on. */
    public static void main(String[] args) {
        int[] counts = new int[(int) (Double.parseDouble(args[0]) * 1000 / WINDOW_MS)];
        Rng rng = Rng.seed(0);
        var data = Digits.load().split(0.8, rng.split("data"));
        var model = new Sequential(
                new Conv2d(1, 16, 3, SAME, rng), new Relu(), new MaxPool2d(2),
                new Flatten(), new Linear(16 * 4 * 4, 10, rng));
        var adam = new AdamW(model.parameters(), 3e-3);
        var batches = DataLoader.of(data.train(), 64).shuffle(rng.split("batches"));
        long first = 0;
        long start = 0;
        while (true) {
            for (Batch batch : batches) {
                adam.step(Losses.crossEntropy(model.forward(batch.x()), batch.y()));
                if (first == 0) {
                    first = System.currentTimeMillis();
                    start = System.nanoTime();
                    continue;
                }
                int window = (int) ((System.nanoTime() - start) / (WINDOW_MS * 1_000_000L));
                if (window >= counts.length) {
                    print(first, counts);
                    return;
                }
                counts[window]++;
            }
        }
    }

    private static void print(long first, int[] counts) {
        StringBuilder text = new StringBuilder().append(first);
        for (int c : counts) {
            text.append(' ').append(c);
        }
        System.out.println(text);
    }
}
