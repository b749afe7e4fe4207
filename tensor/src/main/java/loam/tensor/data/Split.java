package loam.tensor.data;

import java.util.Arrays;
import loam.tensor.Failure;
import loam.tensor.Rng;

/** A dataset in two parts that share no example. */
public record Split<D extends Dataset>(D train, D test) {

    /** The places of both parts, ascending: {@code round(share * size)} in the first. */
    static int[][] random(int size, double share, Rng rng) {
        check(share);
        return cut(rng.permutation(size), (int) Math.round(share * size));
    }

    /** As {@link #random}, but each class is split in the same share, as far as whole examples allow. */
    static int[][] stratified(int[] labels, int classes, double share, Rng rng) {
        check(share);
        int[] counts = new int[classes];
        for (int y : labels) {
            counts[y]++;
        }
        int[] quota = quotas(counts, share, labels.length);
        int[] order = rng.permutation(labels.length);
        int first = Arrays.stream(quota).sum();
        int[] sorted = new int[labels.length];
        int a = 0;
        int b = first;
        for (int i : order) {
            sorted[quota[labels[i]]-- > 0 ? a++ : b++] = i;
        }
        return cut(sorted, first);
    }

    /** Whole examples for each class that sum to the rounded total; the largest fractions round up. */
    private static int[] quotas(int[] counts, double share, int size) {
        int[] quota = new int[counts.length];
        Integer[] byRest = new Integer[counts.length];
        int left = (int) Math.round(share * size);
        for (int c = 0; c < counts.length; c++) {
            quota[c] = (int) Math.floor(share * counts[c]);
            left -= quota[c];
            byRest[c] = c;
        }
        Arrays.sort(byRest, (p, q) -> Double.compare(share * counts[q] - quota[q], share * counts[p] - quota[p]));
        for (int k = 0; k < byRest.length && left > 0; k++) {
            if (quota[byRest[k]] < counts[byRest[k]]) {
                quota[byRest[k]]++;
                left--;
            }
        }
        return quota;
    }

    private static int[][] cut(int[] order, int first) {
        int[] a = Arrays.copyOf(order, first);
        int[] b = Arrays.copyOfRange(order, first, order.length);
        Arrays.sort(a);
        Arrays.sort(b);
        return new int[][] {a, b};
    }

    private static void check(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw Failure.of("split", "the share of the first part is " + share).hint("a share lies between 0 and 1").argument();
        }
    }
}
