package loam.methods.features.cnnofftheshelf;

import java.util.ArrayList;
import java.util.List;
import loam.methods.common.Warp;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * Square patches of an image at several sizes: level i has i x i of them, of side 2/(i+1) of the shorter side, their centres evenly spaced,
 * so that neighbours overlap by half. Level 1 is the whole image.
 *
 * @param levels 1 or more
 * @param side   to which every patch is scaled, in pixels
 */
public record PatchPyramid(int levels, int side) {
    public PatchPyramid {
        if (levels < 1 || side < 1) {
            throw Failure.of("patch pyramid", "levels and side must be 1 or more").fact("levels", levels).fact("side", side).argument();
        }
    }

    /** Number of patches of an image: 1 + 4 + ... + levels^2. */
    public int count() {
        return levels * (levels + 1) * (2 * levels + 1) / 6;
    }

    /** All patches, level by level and row by row, each of all images: [N, C, H, W] to [count N, C, side, side]. */
    public Tensor patches(Tensor images) {
        List<Tensor> out = new ArrayList<>();
        int h = images.dim(2);
        int w = images.dim(3);
        out.add(Warp.resize(images, side, side));
        for (int level = 2; level <= levels; level++) {
            double size = 2.0 / (level + 1) * Math.min(h, w);
            for (int i = 0; i < level; i++) {
                for (int j = 0; j < level; j++) {
                    out.add(Warp.window(images, i * (h - size) / (level - 1), j * (w - size) / (level - 1), size, size, side, side));
                }
            }
        }
        return Tensor.cat(0, out.toArray(Tensor[]::new));
    }
}
