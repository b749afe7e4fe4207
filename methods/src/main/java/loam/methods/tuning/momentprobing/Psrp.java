package loam.methods.tuning.momentprobing;

import loam.autograd.Variable;
import loam.nn.Init;
import loam.nn.Linear;
import loam.nn.Module;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;

/**
 * A recalibration of a Transformer block with partly shared parameters (Gao and others 2023, PSRP): {@code u = ReLU(h Dn)} is shared, the scale
 * is {@code u Ug} and the shift {@code u Ub}. {@code [..., dim] -> twice [..., dim]}; {@code 3 dim bottleneck} parameters, no bias.
 */
public final class Psrp extends Module {
    private static final double DEVIATION = 0.02;
    private final int dim;
    private final Linear down;
    private final Linear scale;
    private final Linear shift;

    /**
     * What a block's second half is changed by.
     *
     * @param scale g, for {@code 1 + g}
     * @param shift b
     */
    public record Recalibration(Variable scale, Variable shift) {
    }

    /** Truncated normal initial values of deviation 0.02, as the reference: a small change from the start. The paper's bottleneck is 16. */
    public Psrp(int dim, int bottleneck, Rng rng) {
        if (dim < 1 || bottleneck < 1) {
            throw Failure.of("psrp", "needs features and a bottleneck").fact("dim", dim).fact("bottleneck", bottleneck).argument();
        }
        this.dim = dim;
        down = small("down", dim, bottleneck, rng);
        scale = small("scale", bottleneck, dim, rng);
        shift = small("shift", bottleneck, dim, rng);
    }

    private Linear small(String name, int in, int out, Rng rng) {
        Linear layer = child(name, new Linear(in, out, false, rng));
        layer.weight().update(Init.truncatedNormal(layer.weight().shape(), 0, DEVIATION, rng.split(name)));
        return layer;
    }

    /** Scale and shift for {@code h} [..., dim]. */
    public Recalibration forward(Operand h) {
        try (Frame frame = enter()) {
            Variable x = Variable.from(h);
            if (x.rank() < 1 || x.dim(-1) != dim) {
                throw Failure.of("psrp", "the last axis is not " + dim).operand("input", x.shape()).shape();
            }
            Variable u = down.forward(x).relu();
            return new Recalibration(scale.forward(u), shift.forward(u));
        }
    }

    @Override
    protected Module fresh() {
        return new Psrp(dim, down.weight().dim(0), Rng.seed(0));
    }
}
