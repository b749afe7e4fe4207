package loam.tests.autograd;

import java.util.Arrays;
import loam.autograd.OpSpec;
import loam.bench.work.SpecDraws;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/** The inputs of an op's samples in other types and layouts. */
final class SpecInputs {
    private SpecInputs() {
    }

    /** All inputs of a sample in F64 (or their own type). */
    static Tensor[] draw(OpSpec.Sample sample, Rng rng) {
        return SpecDraws.draw(sample.inputs(), rng);
    }

    /** The same inputs with floating ones in another type. */
    static Tensor[] as(DType dtype, Tensor[] in) {
        return Arrays.stream(in).map(t -> t.dtype().isFloating() ? t.to(dtype) : t).toArray(Tensor[]::new);
    }

    /** The same numbers as views: axes stored in reverse order, every second element, NaN (or other noise) in between. */
    static Tensor[] views(Tensor[] in) {
        return Arrays.stream(in).map(SpecInputs::view).toArray(Tensor[]::new);
    }

    private static Tensor view(Tensor t) {
        int rank = t.rank();
        int[] reversed = new int[rank];
        for (int i = 0; i < rank; i++) {
            reversed[i] = rank - 1 - i;
        }
        Tensor turned = t.permute(reversed).contiguous().unsqueeze(rank);
        Tensor noise = Tensor.full(t.dtype(), turned.shape(), t.dtype().isFloating() ? Double.NaN : 1);
        return Tensor.cat(-1, noise, turned, noise).select(-1, 1).permute(reversed);
    }
}
