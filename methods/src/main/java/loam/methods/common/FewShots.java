package loam.methods.common;

import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/** Draws the few labelled samples that a session brings. */
public final class FewShots {
    private FewShots() {
    }

    /** {@code shots} random rows of each class, without repetition, class by class. What is drawn for a class depends on it and on rng alone. */
    public static LabelledDataset draw(LabelledDataset data, int[] classes, int shots, Rng rng) {
        int[] rows = new int[classes.length * shots];
        for (int c = 0; c < classes.length; c++) {
            int[] own = data.indicesOf(classes[c]);
            if (shots < 1 || own.length < shots) {
                throw Failure.of("shots", "class " + classes[c] + " has " + own.length + " rows, " + shots + " are wanted").argument();
            }
            int[] picked = rng.split(classes[c]).sample(own.length, shots);
            for (int k = 0; k < shots; k++) {
                rows[c * shots + k] = own[picked[k]];
            }
        }
        return data.subset(rows);
    }
}
