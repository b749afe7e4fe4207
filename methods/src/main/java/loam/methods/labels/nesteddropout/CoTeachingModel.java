package loam.methods.labels.nesteddropout;

import java.util.List;
import loam.autograd.Grad;
import loam.tensor.Tensor;

/** Two networks that answer together. */
public final class CoTeachingModel {
    private final NestedModel first;
    private final NestedModel second;

    CoTeachingModel(NestedModel first, NestedModel second) {
        this.first = first;
        this.second = second;
    }

    /** The networks. */
    public List<NestedModel> networks() {
        return List.of(first, second);
    }

    /** K, the number of channels that validation chose. */
    public int bestK() {
        return first.bestK();
    }

    /** The mean of both networks' scores with the first K channels: {@code [n, ...] -> [n, C]}. */
    public Tensor scores(Tensor x) {
        return Grad.noGrad(() -> Prefixes.logits(List.of(first.part(x), second.part(x)), bestK()).div(2));
    }

    /** The class of each input. */
    public int[] predict(Tensor x) {
        return scores(x).argmax(1).toInts();
    }
}
