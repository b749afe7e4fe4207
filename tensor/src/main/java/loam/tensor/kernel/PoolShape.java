package loam.tensor.kernel;

/** Geometry of a two-dimensional pooling over [n, c, h, w]; padding may differ on the two sides. */
public record PoolShape(int n, int c, int h, int w, int kh, int kw, int strideH, int strideW,
                        int padTop, int padBottom, int padLeft, int padRight, int dilationH, int dilationW, boolean ceil) {
    public int outH() {
        return out(h, kh, strideH, padTop, padBottom, dilationH);
    }

    public int outW() {
        return out(w, kw, strideW, padLeft, padRight, dilationW);
    }

    private int out(int size, int k, int stride, int before, int after, int dilation) {
        int span = size + before + after - dilation * (k - 1) - 1;
        int steps = ceil ? Math.floorDiv(span + stride - 1, stride) : Math.floorDiv(span, stride);
        // a window must start inside the plane or the padding before it
        return ceil && steps * stride >= size + before ? steps : steps + 1;
    }
}
