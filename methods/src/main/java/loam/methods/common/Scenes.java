package loam.methods.common;

import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Composes scenes: one object somewhere on a canvas of 32 x 32 among patches cut from other images. Aligned digits can be told apart by
 * their pixels; objects in scenes need a representation that does not mind place and clutter, as natural images do.
 *
 * <p>Each scene draws, in this order, for every patch the image it comes from, the corner (a, b) in 4 .. 17 of its 6 x 6 pixels and the
 * place (u, v) in 0 .. 25 where it is written; then the place (u, v) in 0 .. 12 of the object, the middle 20 x 20 of a 28 x 28 image.
 * Everything is written by the pixel-wise maximum.
 */
public final class Scenes {
    /** Side of a scene. */
    public static final int SIDE = 32;
    /** Side of an object's image, of which the middle is taken. */
    public static final int IMAGE = 28;
    private static final String NAME = "scenes";
    private static final int OBJECT = 20;
    private static final int MARGIN = (IMAGE - OBJECT) / 2;
    private static final int PATCH = 6;
    private static final int PATCH_LOW = 4;
    private static final int PATCH_PLACES = 14;
    private static final double MEAN = 0.2;
    private static final double DEVIATION = 0.35;
    /** The value of an empty pixel after standardisation: what comes in when a scene is moved or turned. */
    public static final double BACKGROUND = -MEAN / DEVIATION;

    private final float[] clutter;

    /**
     * What scenes look like.
     *
     * @param patches    patches of clutter in a scene
     * @param brightness factor on all pixels before standardisation
     * @param degrees    how far the object is turned, counter-clockwise
     */
    public record Look(int patches, double brightness, double degrees) {
        /** Two patches, full brightness, upright. */
        public static final Look PLAIN = new Look(2, 1, 0);

        public Look {
            if (patches < 0 || !(brightness > 0) || !Double.isFinite(brightness) || !Double.isFinite(degrees)) {
                throw Failure.of(NAME, "a look needs patches of 0 or more, a positive brightness and a finite angle").fact("patches", patches)
                        .fact("brightness", brightness).fact("degrees", degrees).argument();
            }
        }
    }

    /** Scenes whose clutter is cut from these images, [N, 1, 28, 28] in [0, 1]. */
    public Scenes(Tensor clutter) {
        check(clutter);
        this.clutter = clutter.toFloats();
    }

    /** The same objects in plain scenes, with their labels. */
    public LabelledDataset compose(LabelledDataset objects, Rng rng) {
        return compose(objects, Look.PLAIN, rng);
    }

    /** The same objects in scenes, with their labels. */
    public LabelledDataset compose(LabelledDataset objects, Look look, Rng rng) {
        return objects.withX(compose(objects.x(), look, rng));
    }

    /** One scene for each object: [N, 1, 28, 28] in [0, 1] to [N, 1, 32, 32], standardised by (x - 0.2) / 0.35. */
    public Tensor compose(Tensor objects, Look look, Rng rng) {
        check(objects);
        int n = objects.dim(0);
        float[] from = (look.degrees() == 0 ? objects : Warp.rotate(objects, look.degrees(), 0)).toFloats();
        float[] out = new float[n * SIDE * SIDE];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < look.patches(); k++) {
                int image = rng.nextInt(clutter.length / (IMAGE * IMAGE));
                int a = PATCH_LOW + rng.nextInt(PATCH_PLACES);
                int b = PATCH_LOW + rng.nextInt(PATCH_PLACES);
                int u = rng.nextInt(SIDE - PATCH);
                int v = rng.nextInt(SIDE - PATCH);
                write(clutter, image, a, b, PATCH, out, i, u, v);
            }
            int u = rng.nextInt(SIDE - OBJECT + 1);
            int v = rng.nextInt(SIDE - OBJECT + 1);
            write(from, i, MARGIN, MARGIN, OBJECT, out, i, u, v);
        }
        for (int p = 0; p < out.length; p++) {
            out[p] = (float) ((look.brightness() * out[p] - MEAN) / DEVIATION);
        }
        return Tensor.of(out).reshape(Shape.of(n, 1, SIDE, SIDE));
    }

    /** Small images [N, 1, h, w] as objects: scaled to 20 x 20 with an empty margin, [N, 1, 28, 28]. */
    public static Tensor objects(Tensor images) {
        return Warp.resize(images, OBJECT, OBJECT).pad(new int[] {0, 0, MARGIN, MARGIN}, new int[] {0, 0, MARGIN, MARGIN}, 0);
    }

    /** Writes a square of image {@code i} at (a, b) into scene {@code s} at (u, v), by the maximum. */
    private static void write(float[] images, int i, int a, int b, int side, float[] scenes, int s, int u, int v) {
        for (int r = 0; r < side; r++) {
            for (int c = 0; c < side; c++) {
                int at = (s * SIDE + u + r) * SIDE + v + c;
                scenes[at] = Math.max(scenes[at], images[(i * IMAGE + a + r) * IMAGE + b + c]);
            }
        }
    }

    private static void check(Tensor images) {
        if (images.rank() != 4 || images.dim(0) == 0 || !images.shape().equals(Shape.of(images.dim(0), 1, IMAGE, IMAGE))) {
            throw Failure.of(NAME, "images are not [N, 1, 28, 28]").operand("images", images.shape())
                    .hint("scale smaller ones with Scenes.objects").shape();
        }
    }
}
