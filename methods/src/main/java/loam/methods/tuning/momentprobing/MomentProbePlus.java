package loam.methods.tuning.momentprobing;

import java.util.ArrayList;
import java.util.List;
import loam.autograd.Variable;
import loam.nn.Layer;
import loam.nn.Module;
import loam.nn.TransformerEncoderLayer;
import loam.nn.VisionTransformer;
import loam.tensor.Rng;

/**
 * MP+: a {@link MomentProbe} on a frozen Vision Transformer whose blocks are recalibrated (Gao and others 2023). Images
 * {@code [n, channels, side, side] -> [n, classes]}. Its parameters are those of the recalibrations and of the probe; the network's are not
 * among them and never change.
 */
public final class MomentProbePlus extends Layer {
    private final VisionTransformer network;
    private final int bottleneck;
    private final List<PsrpBlock> blocks = new ArrayList<>();
    private final MomentProbe probe;

    /** Around {@code network}, which is frozen from now on; {@code probe} becomes part of it. */
    public MomentProbePlus(VisionTransformer network, int bottleneck, MomentProbe probe, Rng rng) {
        network.freeze("*");
        this.network = network;
        this.bottleneck = bottleneck;
        for (TransformerEncoderLayer block : network.blocks()) {
            blocks.add(child("block" + blocks.size(), new PsrpBlock(block, bottleneck, rng.split(blocks.size()))));
        }
        this.probe = child("probe", probe);
    }

    /** Number of parameters of the recalibrations, without the probe. */
    public long recalibrationCount() {
        return blocks.stream().mapToLong(Module::parameterCount).sum();
    }

    @Override
    protected Variable compute(Variable x) {
        Variable t = network.embedded(x);
        for (PsrpBlock block : blocks) {
            t = block.forward(t);
        }
        t = network.norm().forward(t);
        return probe.forward(t.select(1, 0), t.narrow(1, 1, t.dim(1) - 1));
    }

    /** A copy shares the frozen network. */
    @Override
    protected Module fresh() {
        return new MomentProbePlus(network, bottleneck, new MomentProbe(probe.config(), Rng.seed(0)), Rng.seed(0));
    }
}
