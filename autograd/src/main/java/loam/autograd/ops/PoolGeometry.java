package loam.autograd.ops;

import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.kernel.PoolShape;

/** Checks shared by the pooling operations. */
final class PoolGeometry {
    private PoolGeometry() {
    }

    /** The input in the type that pooling computes in: whole numbers become F32. */
    static Tensor floating(Tensor x) {
        DType t = x.dtype().arithmetic();
        return x.to(t.isFloating() ? t : DType.F32);
    }

    static PoolShape check(String name, Tensor x, int kernel, int stride, int padding) {
        if (x.rank() != 4) {
            throw Failure.of(name, "needs images [n, channels, h, w]").operand("input", x.shape()).shape();
        }
        if (kernel < 1 || stride < 1 || padding < 0 || 2 * padding > kernel) {
            throw Failure.of(name, "kernel " + kernel + ", stride " + stride + ", padding " + padding + " do not make a window")
                    .operand("input", x.shape()).hint("kernel and stride at least 1, padding at most half the kernel").argument();
        }
        if (x.dim(2) + 2 * padding < kernel || x.dim(3) + 2 * padding < kernel) {
            throw Failure.of(name, "the image is smaller than the window of " + kernel).operand("input", x.shape(), 2).hint("pool less, or use larger images").shape();
        }
        return new PoolShape(x.dim(0), x.dim(1), x.dim(2), x.dim(3), kernel, kernel, stride, stride, padding, padding, padding, padding, 1, 1, false);
    }
}
