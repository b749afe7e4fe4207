package loam.tensor;

import java.util.Arrays;
import loam.tensor.internal.Access;

/** How numbers leave a tensor. */
final class Elements {
    private Elements() {
    }

    static double item(Tensor t) {
        if (t.numel() != 1) {
            throw Failure.of("item", "a tensor of " + t.numel() + " elements is not one number").operand("input", t.shape())
                    .hint("reduce it first, or use at(index...)").shape();
        }
        return Access.get(t.storage(), t.offset());
    }

    static double at(Tensor t, int... index) {
        if (index.length != t.rank()) {
            throw Failure.of("at", index.length + " indices for a tensor of rank " + t.rank()).operand("input", t.shape()).index();
        }
        int p = t.offset();
        for (int i = 0; i < index.length; i++) {
            int n = t.dim(i);
            int k = index[i] < 0 ? index[i] + n : index[i];
            if (k < 0 || k >= n) {
                throw Failure.of("at", "index " + Arrays.toString(index) + " is outside the tensor").operand("input", t.shape(), i).index();
            }
            p += k * t.stride(i);
        }
        return Access.get(t.storage(), p);
    }

    static float[] floats(Tensor t) {
        Tensor d = t.to(DType.F32).contiguous();
        return Arrays.copyOfRange(d.storage().floats(), d.offset(), d.offset() + d.numel());
    }

    static double[] doubles(Tensor t) {
        Tensor d = t.to(DType.F64).contiguous();
        return Arrays.copyOfRange(d.storage().doubles(), d.offset(), d.offset() + d.numel());
    }

    static int[] ints(Tensor t) {
        Tensor d = t.to(DType.I32).contiguous();
        return Arrays.copyOfRange(d.storage().ints(), d.offset(), d.offset() + d.numel());
    }

    static long[] longs(Tensor t) {
        Tensor d = t.to(DType.I64).contiguous();
        return Arrays.copyOfRange(d.storage().longs(), d.offset(), d.offset() + d.numel());
    }

    static boolean[] booleans(Tensor t) {
        Tensor d = t.to(DType.BOOL).contiguous();
        byte[] b = d.storage().bytes();
        boolean[] out = new boolean[d.numel()];
        for (int i = 0; i < out.length; i++) {
            out[i] = b[d.offset() + i] != 0;
        }
        return out;
    }
}
