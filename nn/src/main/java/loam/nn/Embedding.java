package loam.nn;

import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.autograd.ops.EmbeddingOp;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** A table of vectors. Integers {@code [...] -> [..., width]}. Weight [rows, width], standard normal at first. */
public final class Embedding extends Layer {
    private final Parameter weight;
    private final int padding;

    public Embedding(int rows, int width, Rng rng) {
        this(rows, width, -1, rng);
    }

    /** With a padding row, which starts as zeros and is never trained. */
    public Embedding(int rows, int width, int padding, Rng rng) {
        if (rows < 1 || width < 1 || padding >= rows) {
            throw Failure.of("embedding", "needs rows, width and a padding row within the table").fact("rows", rows).fact("width", width)
                    .fact("padding", padding).argument();
        }
        this.padding = padding;
        Tensor initial = Init.normal(Shape.of(rows, width), 0, 1, Init.next(rng).split("weight"));
        if (padding >= 0) {
            int[] place = new int[rows];
            place[padding] = 1;
            initial = initial.where(Tensor.ofInts(Shape.of(rows, 1), place).eq(0), 0);
        }
        weight = parameter("weight", initial);
    }

    /** [rows, width]. */
    public Parameter weight() {
        return weight;
    }

    @Override
    protected Variable compute(Variable x) {
        return new EmbeddingOp(x.value(), padding).apply(weight);
    }

    @Override
    protected Module fresh() {
        return new Embedding(weight.dim(0), weight.dim(1), padding, Rng.seed(0));
    }
}
