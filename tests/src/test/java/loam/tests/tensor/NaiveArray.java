package loam.tests.tensor;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** A row-major array computed index by index: slow, and simple enough to be believed. */
record NaiveArray(int[] shape, double[] values) {
    /** Values that tell every position apart. */
    static NaiveArray numbered(int... shape) {
        double[] v = new double[count(shape)];
        for (int i = 0; i < v.length; i++) {
            v[i] = ((i * 37 + 11) % 101 - 50) / 8.0;
        }
        return new NaiveArray(shape, v);
    }

    /** An array of this shape whose element at each index is that of {@code source(index)}. */
    NaiveArray pick(int[] shape, UnaryOperator<int[]> source) {
        double[] v = new double[count(shape)];
        for (int i = 0; i < v.length; i++) {
            v[i] = at(source.apply(index(shape, i)));
        }
        return new NaiveArray(shape, v);
    }

    /** Element at an index. */
    double at(int[] index) {
        int flat = 0;
        for (int i = 0; i < shape.length; i++) {
            if (index[i] < 0 || index[i] >= shape[i]) {
                throw new IllegalArgumentException(Arrays.toString(index) + " outside " + Arrays.toString(shape));
            }
            flat = flat * shape[i] + index[i];
        }
        return values[flat];
    }

    /** Element at the index as broadcasting reads it: aligned at the last axis, extent 1 repeated. */
    double broadcastAt(int[] index) {
        int[] own = new int[shape.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = shape[i] == 1 ? 0 : index[index.length - own.length + i];
        }
        return at(own);
    }

    /** Combination of two arrays in the given common shape. */
    static NaiveArray combine(int[] shape, NaiveArray a, NaiveArray b, DoubleBinaryOperator f) {
        double[] v = new double[count(shape)];
        for (int i = 0; i < v.length; i++) {
            int[] at = index(shape, i);
            v[i] = f.applyAsDouble(a.broadcastAt(at), b.broadcastAt(at));
        }
        return new NaiveArray(shape, v);
    }

    /** Fold over the axes where {@code gone}; they stay as extent 1. */
    NaiveArray fold(boolean[] gone, double start, DoubleBinaryOperator f) {
        int[] to = shape.clone();
        for (int i = 0; i < to.length; i++) {
            to[i] = gone[i] ? 1 : to[i];
        }
        double[] v = new double[count(to)];
        Arrays.fill(v, start);
        for (int i = 0; i < values.length; i++) {
            int[] at = index(shape, i);
            int flat = 0;
            for (int k = 0; k < to.length; k++) {
                flat = flat * to[k] + (gone[k] ? 0 : at[k]);
            }
            v[flat] = f.applyAsDouble(v[flat], values[i]);
        }
        return new NaiveArray(to, v);
    }

    /** The same numbers as a dense F64 tensor. */
    Tensor tensor() {
        return Tensor.ofDoubles(Shape.of(shape), values);
    }

    /** The same numbers as a tensor that is not dense: part of a larger storage with its axes in reverse order. */
    Tensor strided() {
        int rank = shape.length;
        int[] reversed = new int[rank];
        for (int i = 0; i < rank; i++) {
            reversed[i] = rank - 1 - i;
        }
        Tensor t = tensor().permute(reversed).contiguous();
        Tensor frame = Tensor.cat(-1, t.unsqueeze(rank), Tensor.full(DType.F64, t.unsqueeze(rank).shape(), Double.NaN)).select(-1, 0);
        return frame.permute(reversed);
    }

    static int count(int[] shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        return n;
    }

    static int[] index(int[] shape, int flat) {
        int[] out = new int[shape.length];
        for (int i = shape.length - 1; i >= 0; i--) {
            out[i] = flat % shape[i];
            flat /= shape[i];
        }
        return out;
    }
}
