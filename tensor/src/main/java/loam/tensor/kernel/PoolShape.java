package loam.tensor.kernel;

/** Geometry of two-dimensional pooling over planes. */
public record PoolShape(int n, int c, int h, int w, int kh, int kw, int strideH, int strideW,
                        int padTop, int padBottom, int padLeft, int padRight) {
    public int outH() {
        return (h + padTop + padBottom - kh) / strideH + 1;
    }

    public int outW() {
        return (w + padLeft + padRight - kw) / strideW + 1;
    }
}
