package loam.tensor.data;

import loam.tensor.Failure;
import loam.tensor.Storage;
import loam.tensor.Tensor;

/** Rows of a tensor, copied in any order: whole rows at a time, of every element type. */
final class Rows {
    private Rows() {
    }

    /** {@code [N, ...], B indices -> [B, ...]}. */
    static Tensor take(Tensor x, int[] indices) {
        Tensor in = x.contiguous();
        Tensor out = Tensor.empty(x.dtype(), x.shape().with(0, indices.length));
        int rows = x.dim(0);
        int row = rows == 0 ? 0 : x.numel() / rows;
        Storage from = in.storage();
        Object source = from.heap();
        Object target = out.storage().heap();
        for (int i = 0; i < indices.length; i++) {
            check(indices[i], rows);
            System.arraycopy(source, in.offset() + indices[i] * row, target, out.offset() + i * row, row);
        }
        return out;
    }

    static int[] take(int[] values, int[] indices) {
        int[] out = new int[indices.length];
        for (int i = 0; i < out.length; i++) {
            check(indices[i], values.length);
            out[i] = values[indices[i]];
        }
        return out;
    }

    static void check(int index, int size) {
        if (index < 0 || index >= size) {
            throw Failure.of("dataset", "index " + index + " is outside a dataset of " + size + " examples").index();
        }
    }

    /** Examples along axis 0, or an error that says what is wrong. */
    static void requireExamples(Tensor x) {
        if (x.rank() == 0) {
            throw Failure.of("dataset", "the inputs need an axis of examples").operand("input", x.shape())
                    .hint("one example is x.unsqueeze(0)").shape();
        }
    }
}
