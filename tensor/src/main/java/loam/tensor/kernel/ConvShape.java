package loam.tensor.kernel;

/** Geometry of a two-dimensional convolution; padding may differ on the two sides. */
public record ConvShape(int n, int ci, int h, int w, int co, int kh, int kw, int strideH, int strideW,
                        int padTop, int padBottom, int padLeft, int padRight, int dilationH, int dilationW, int groups) {
    public int outH() {
        return (h + padTop + padBottom - dilationH * (kh - 1) - 1) / strideH + 1;
    }

    public int outW() {
        return (w + padLeft + padRight - dilationW * (kw - 1) - 1) / strideW + 1;
    }
}
