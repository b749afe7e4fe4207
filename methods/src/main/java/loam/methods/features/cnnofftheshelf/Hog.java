package loam.methods.features.cnnofftheshelf;

import loam.methods.common.FeatureExtractor;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Histograms of oriented gradients: what one used before features were learned (Dalal and Triggs 2005). Each pixel votes with the length of
 * its gradient for the two orientations next to its own, in the cell it lies in. One histogram a cell, no blocks.
 *
 * @param orientations bins of half a turn
 * @param cell         side of a cell in pixels
 * @param height       of the images, a multiple of {@code cell}
 * @param width        of the images, a multiple of {@code cell}
 */
public record Hog(int orientations, int cell, int height, int width) implements FeatureExtractor {
    public Hog {
        if (orientations < 1 || cell < 1 || height < cell || width < cell || height % cell != 0 || width % cell != 0) {
            throw Failure.of("hog", "the cells do not fill the image").fact("orientations", orientations).fact("cell", cell).fact("height", height)
                    .fact("width", width).argument();
        }
    }

    @Override
    public int dim() {
        return orientations * (height / cell) * (width / cell);
    }

    @Override
    public Tensor features(Tensor images) {
        if (images.rank() != 4 || images.dim(1) != 1 || images.dim(2) != height || images.dim(3) != width) {
            throw Failure.of("hog", "images are not [N, 1, " + height + ", " + width + "]").operand("images", images.shape()).shape();
        }
        float[] x = images.toFloats();
        float[] out = new float[images.dim(0) * dim()];
        for (int n = 0; n < images.dim(0); n++) {
            int base = n * height * width;
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    double dy = x[base + Math.min(height - 1, i + 1) * width + j] - x[base + Math.max(0, i - 1) * width + j];
                    double dx = x[base + i * width + Math.min(width - 1, j + 1)] - x[base + i * width + Math.max(0, j - 1)];
                    vote(out, n * dim() + (i / cell * (width / cell) + j / cell) * orientations, dy, dx);
                }
            }
        }
        return Tensor.of(Shape.of(images.dim(0), dim()), out);
    }

    private void vote(float[] out, int at, double dy, double dx) {
        double length = Math.sqrt(dy * dy + dx * dx);
        if (length == 0) {
            return;
        }
        double turn = Math.atan2(dy, dx) / Math.PI;                                                     // half turns
        double place = (turn - Math.floor(turn)) * orientations - 0.5;
        int low = (int) Math.floor(place);
        double share = place - low;
        out[at + Math.floorMod(low, orientations)] += (float) ((1 - share) * length);
        out[at + Math.floorMod(low + 1, orientations)] += (float) (share * length);
    }
}
