package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Shape;

/**
 * Scores by angle: {@code temperature * cos(x, w_k)}. {@code [N, in] -> [N, classes]}. The weight [classes, in] is learned, there is no
 * bias, the temperature is fixed. A row of zeros has the score 0 with everything.
 */
public final class CosineClassifier extends Layer {
    private static final double LEAST_NORM = 1e-12;
    private final Parameter weight;
    private final double temperature;

    /** A classifier whose scores lie between -temperature and temperature; initial values as those of {@link Linear}. */
    public CosineClassifier(int in, int classes, double temperature, Rng rng) {
        if (in < 1 || classes < 1) {
            throw Failure.of("cosine classifier", "needs at least one input and one class").fact("in", in).fact("classes", classes).argument();
        }
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw Failure.of("cosine classifier", "the temperature is " + temperature).hint("it is a positive number").argument();
        }
        this.weight = parameter("weight", Init.standard(Shape.of(classes, in), in, Init.next(rng).split("weight")));
        this.temperature = temperature;
    }

    /** [classes, in]; only its direction counts. */
    public Parameter weight() {
        return weight;
    }

    /** The factor on the cosines. */
    public double temperature() {
        return temperature;
    }

    /** Cosines of all pairs of rows, [N, d] with [K, d] -> [N, K]. */
    public static Variable cosines(Operand x, Operand w) {
        return unit(Variable.from(x)).matmul(unit(Variable.from(w)).t());
    }

    /** Rows divided by their 2-norm, or by 1e-12 where that is smaller. [N, d] -> [N, d]. */
    private static Variable unit(Variable x) {
        return x.div(Ops.norm(x, 2, true, -1).maximum(LEAST_NORM));
    }

    @Override
    protected Variable compute(Variable x) {
        if (x.rank() != 2 || x.dim(1) != weight.dim(1)) {
            throw Failure.of("cosine classifier", "expects [N, " + weight.dim(1) + "]").operand("input", x.shape()).operand("weight", weight.shape()).shape();
        }
        return cosines(x, weight).mul(temperature);
    }

    @Override
    protected Module fresh() {
        return new CosineClassifier(weight.dim(1), weight.dim(0), temperature, Rng.seed(0));
    }
}
