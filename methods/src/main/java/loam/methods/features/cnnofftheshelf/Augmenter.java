package loam.methods.features.cnnofftheshelf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loam.methods.common.Warp;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Makes a fixed list of versions of each image, all of its size; the first is the image itself. */
public final class Augmenter {
    private final List<UnaryOperator<Tensor>> versions = new ArrayList<>();

    private Augmenter() {
        versions.add(x -> x);
    }

    /** The image alone. */
    public static Augmenter none() {
        return new Augmenter();
    }

    /**
     * Eight versions, after the paper's list of crops and turns: the image; moved by {@code pixels} towards each of its four corners; its
     * middle without a border of so many pixels, scaled up; turned by {@code degrees} to either side.
     *
     * @param fill what comes in from outside
     */
    public static Augmenter shiftsAndTurns(double pixels, double degrees, double fill) {
        if (!(pixels >= 0) || !Double.isFinite(pixels) || !Double.isFinite(degrees)) {
            throw Failure.of("augmenter", "a shift must be 0 or more, and an angle finite").fact("pixels", pixels).fact("degrees", degrees).argument();
        }
        Augmenter a = new Augmenter();
        for (int down = -1; down <= 1; down += 2) {
            for (int right = -1; right <= 1; right += 2) {
                double u = down * pixels;
                double v = right * pixels;
                a.versions.add(x -> Warp.shift(x, u, v, fill));
            }
        }
        a.versions.add(x -> Warp.window(x, pixels, pixels, x.dim(2) - 2 * pixels, x.dim(3) - 2 * pixels, x.dim(2), x.dim(3)));
        a.versions.add(x -> Warp.rotate(x, degrees, fill));
        a.versions.add(x -> Warp.rotate(x, -degrees, fill));
        return a;
    }

    /** Every version again in a mirror: twice as many. Not for letters and digits, which are other signs in a mirror. */
    public Augmenter withMirrors() {
        Augmenter both = new Augmenter();
        both.versions.clear();
        both.versions.addAll(versions);
        versions.forEach(v -> both.versions.add(x -> Warp.mirror(v.apply(x))));
        return both;
    }

    /** Number of versions of an image. */
    public int versions() {
        return versions.size();
    }

    /** Version after version, each of all images: [N, C, H, W] to [versions N, C, H, W]. */
    public Tensor apply(Tensor images) {
        return versions.size() == 1 ? images : Tensor.cat(0, versions.stream().map(v -> v.apply(images)).toArray(Tensor[]::new));
    }
}
