package loam.methods.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Samples with one label each, in memory. Immutable. */
public final class LabelledData {
    private final Tensor x;
    private final int[] y;
    private final int classes;
    private final String source;
    private final String sha256;

    /**
     * Samples {@code x} [N, ...] with labels 0 .. classes - 1.
     *
     * @param source where they come from, for the record
     * @param sha256 of the content they come from, for the record
     */
    public LabelledData(Tensor x, int[] y, int classes, String source, String sha256) {
        if (x.rank() < 1 || x.dim(0) != y.length) {
            throw Failure.of("data", y.length + " labels for another number of samples").operand("x", x.shape(), 0).shape();
        }
        for (int i = 0; i < y.length; i++) {
            if (y[i] < 0 || y[i] >= classes) {
                throw Failure.of("data", "label " + y[i] + " of sample " + i + " is outside 0 .. " + (classes - 1)).index();
            }
        }
        this.x = x;
        this.y = y.clone();
        this.classes = classes;
        this.source = source;
        this.sha256 = sha256;
    }

    /** The samples, [N, ...]. */
    public Tensor x() {
        return x;
    }

    /** The labels, [N]. */
    public int[] y() {
        return y.clone();
    }

    /** How many samples. */
    public int size() {
        return y.length;
    }

    /** How many classes. */
    public int classes() {
        return classes;
    }

    /** Where the samples come from. */
    public String source() {
        return source;
    }

    /** SHA-256 of the content they come from. */
    public String sha256() {
        return sha256;
    }

    /** The samples at {@code index}, in that order, copied. */
    public LabelledData select(int... index) {
        int[] labels = new int[index.length];
        for (int i = 0; i < index.length; i++) {
            if (index[i] < 0 || index[i] >= y.length) {
                throw Failure.of("select", "no sample " + index[i] + " among " + y.length).index();
            }
            labels[i] = y[index[i]];
        }
        return new LabelledData(x.indexSelect(0, index), labels, classes, source, sha256);
    }

    /** {@code length} samples from {@code start}: a view. */
    public LabelledData narrow(int start, int length) {
        Tensor part = x.narrow(0, start, length);
        return new LabelledData(part, Arrays.copyOfRange(y, start, start + length), classes, source, sha256);
    }

    /** The same labels with other samples of the same number: for features made from the samples. */
    public LabelledData with(Tensor features) {
        return new LabelledData(features, y, classes, source, sha256);
    }

    /**
     * Splits class by class: {@code fraction} of each class (rounded) for training, the rest for testing; which ones is drawn from
     * {@code rng}. Both parts keep the order of the source.
     */
    public Split split(double fraction, Rng rng) {
        if (!(fraction > 0 && fraction < 1)) {
            throw Failure.of("split", "the training part must be between 0 and 1").fact("fraction", fraction).argument();
        }
        boolean[] train = new boolean[y.length];
        for (int c = 0; c < classes; c++) {
            List<Integer> members = new ArrayList<>();
            for (int i = 0; i < y.length; i++) {
                if (y[i] == c) {
                    members.add(i);
                }
            }
            int take = (int) Math.round(fraction * members.size());
            for (int i = 0; i < take; i++) {
                int j = i + rng.nextInt(members.size() - i);
                int chosen = members.get(j);
                members.set(j, members.get(i));
                train[chosen] = true;
            }
        }
        return new Split(select(where(train, true)), select(where(train, false)));
    }

    private static int[] where(boolean[] flags, boolean wanted) {
        int n = 0;
        int[] out = new int[flags.length];
        for (int i = 0; i < flags.length; i++) {
            if (flags[i] == wanted) {
                out[n++] = i;
            }
        }
        return Arrays.copyOf(out, n);
    }

    /** The shape of one sample. */
    public Shape sampleShape() {
        return x.narrow(0, 0, Math.min(1, y.length)).squeeze(0).shape();
    }
}
