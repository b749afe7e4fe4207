package loam.methods.labels.common;

import java.util.Arrays;
import loam.tensor.Failure;
import loam.tensor.Rng;

/** Wrong labels on purpose: a random part of each class gets another label. The given labels stay as they are. */
public final class LabelNoise {
    /** Keeps {@code rate * n} that is whole but for rounding from being rounded up. */
    private static final double SLACK = 1e-9;

    /**
     * Labels of which some are wrong.
     *
     * @param labels  N of them
     * @param flipped whether the label was changed, N of them
     */
    public record Noisy(int[] labels, boolean[] flipped) {
        /** How many labels were changed. */
        public int count() {
            int n = 0;
            for (boolean f : flipped) {
                n += f ? 1 : 0;
            }
            return n;
        }
    }

    private interface Other {
        int labelFor(int label, Rng rng);
    }

    private LabelNoise() {
    }

    /** In each class, {@code ceil(rate n)} labels become one of the other classes, all equally likely. */
    public static Noisy symmetric(int[] labels, int classes, double rate, Rng rng) {
        if (classes < 2) {
            throw Failure.of("label noise", "there must be two classes or more").fact("classes", classes).argument();
        }
        boolean[] all = new boolean[classes];
        Arrays.fill(all, true);
        return flip(labels, all, rate, rng, (label, r) -> {
            int other = r.nextInt(classes - 1);
            return other < label ? other : other + 1;
        });
    }

    /** In each class c with {@code map[c] != c}, {@code ceil(rate n)} labels become {@code map[c]}. */
    public static Noisy asymmetric(int[] labels, int[] map, double rate, Rng rng) {
        boolean[] changes = new boolean[map.length];
        for (int c = 0; c < map.length; c++) {
            if (map[c] < 0 || map[c] >= map.length) {
                throw Failure.of("label noise", "class " + c + " is mapped to " + map[c]).fact("classes", map.length).index();
            }
            changes[c] = map[c] != c;
        }
        return flip(labels, changes, rate, rng, (label, r) -> map[label]);
    }

    private static Noisy flip(int[] labels, boolean[] changes, double rate, Rng rng, Other other) {
        if (!(rate >= 0 && rate < 1)) {
            throw Failure.of("label noise", "the rate is " + rate).hint("a rate is in [0, 1)").argument();
        }
        int[] left = new int[changes.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= changes.length) {
                throw Failure.of("label noise", "label " + labels[i] + " at position " + i + " is not one of " + changes.length + " classes").index();
            }
            left[labels[i]]++;
        }
        for (int c = 0; c < left.length; c++) {
            left[c] = changes[c] ? (int) Math.ceil(rate * left[c] - SLACK) : 0;
        }
        int[] noisy = labels.clone();
        boolean[] flipped = new boolean[labels.length];
        // The first of each class in a random order: a random part of the class.
        for (int i : rng.split("which").permutation(labels.length)) {
            if (left[labels[i]]-- > 0) {
                flipped[i] = true;
            }
        }
        Rng draws = rng.split("to");
        for (int i = 0; i < labels.length; i++) {
            if (flipped[i]) {
                noisy[i] = other.labelFor(labels[i], draws);
            }
        }
        return new Noisy(noisy, flipped);
    }
}
