package loam.methods.common;

import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Moves, turns and scales images [N, C, H, W], each by bilinear interpolation between pixel centres. Inputs stay as they are. */
public final class Warp {
    private static final String NAME = "warp";

    /** Where an output pixel (row, column) is taken from. */
    private interface Source {
        double row(int i, int j);

        double column(int i, int j);
    }

    private Warp() {
    }

    /** The images scaled to height x width; pixels are areas, and beyond the border the border goes on, as PyTorch does without aligned corners. */
    public static Tensor resize(Tensor images, int height, int width) {
        check(images);
        return window(images, 0, 0, images.dim(2), images.dim(3), height, width);
    }

    /** The part of h x w pixels whose corner is (top, left), all of them in parts of pixels, scaled to height x width as by {@link #resize}. */
    public static Tensor window(Tensor images, double top, double left, double h, double w, int height, int width) {
        check(images);
        if (height < 1 || width < 1 || !(h > 0) || !(w > 0)) {
            throw Failure.of(NAME, "an image of " + height + " x " + width + " out of " + h + " x " + w + " has no pixel")
                    .operand("images", images.shape()).argument();
        }
        int rows = images.dim(2);
        int columns = images.dim(3);
        return sample(images, height, width, Double.NaN, new Source() {
            @Override
            public double row(int i, int j) {
                return Math.min(rows - 1, Math.max(0, top + (i + 0.5) * h / height - 0.5));
            }

            @Override
            public double column(int i, int j) {
                return Math.min(columns - 1, Math.max(0, left + (j + 0.5) * w / width - 0.5));
            }
        });
    }

    /** The images turned about their centres, counter-clockwise for positive angles; {@code fill} is what comes in from outside. */
    public static Tensor rotate(Tensor images, double degrees, double fill) {
        check(images);
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        double ci = (images.dim(2) - 1) / 2.0;
        double cj = (images.dim(3) - 1) / 2.0;
        return sample(images, images.dim(2), images.dim(3), fill, new Source() {
            @Override
            public double row(int i, int j) {
                return ci + cos * (i - ci) + sin * (j - cj);
            }

            @Override
            public double column(int i, int j) {
                return cj + cos * (j - cj) - sin * (i - ci);
            }
        });
    }

    /** The images moved down and to the right, also by parts of a pixel; {@code fill} is what comes in from outside. */
    public static Tensor shift(Tensor images, double down, double right, double fill) {
        check(images);
        return sample(images, images.dim(2), images.dim(3), fill, new Source() {
            @Override
            public double row(int i, int j) {
                return i - down;
            }

            @Override
            public double column(int i, int j) {
                return j - right;
            }
        });
    }

    /** The images seen in a mirror: left is right. */
    public static Tensor mirror(Tensor images) {
        check(images);
        return images.flip(3);
    }

    private static Tensor sample(Tensor images, int height, int width, double fill, Source from) {
        int planes = images.dim(0) * images.dim(1);
        int h = images.dim(2);
        int w = images.dim(3);
        float[] x = images.toFloats();
        float[] y = new float[planes * height * width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                double r = from.row(i, j);
                double c = from.column(i, j);
                int top = (int) Math.floor(r);
                int left = (int) Math.floor(c);
                double down = r - top;
                double right = c - left;
                for (int p = 0; p < planes; p++) {
                    double value = 0;
                    for (int corner = 0; corner < 4; corner++) {
                        int di = corner >> 1;
                        int dj = corner & 1;
                        double weight = (di == 1 ? down : 1 - down) * (dj == 1 ? right : 1 - right);
                        if (weight != 0) {
                            boolean inside = top + di >= 0 && top + di < h && left + dj >= 0 && left + dj < w;
                            value += weight * (inside ? x[(p * h + top + di) * w + left + dj] : fill);
                        }
                    }
                    y[(p * height + i) * width + j] = (float) value;
                }
            }
        }
        return Tensor.of(y).reshape(images.dim(0), images.dim(1), height, width);
    }

    private static void check(Tensor images) {
        if (images.rank() != 4 || images.numel() == 0) {
            throw Failure.of(NAME, "images are not [N, C, H, W]").operand("images", images.shape()).shape();
        }
    }
}
