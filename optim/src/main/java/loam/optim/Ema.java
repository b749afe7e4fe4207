package loam.optim;

import java.util.ArrayList;
import java.util.List;
import loam.autograd.Buffer;
import loam.autograd.Parameter;
import loam.tensor.Tensor;

/** An exponential moving average of parameters: {@code shadow = decay shadow + (1 - decay) w}; can stand in for them for a while. */
public final class Ema {
    private final List<Parameter> parameters;
    private final List<Buffer> shadows = new ArrayList<>();
    private final double decay;

    /** Starts as a copy of the parameters. */
    public Ema(List<Parameter> parameters, double decay) {
        this.parameters = List.copyOf(parameters);
        this.decay = Checks.fraction("decay", decay);
        for (Parameter p : parameters) {
            shadows.add(new Buffer(p.value()));
        }
    }

    /** Moves the average towards the parameters; after each optimizer step. */
    public void update() {
        for (int i = 0; i < shadows.size(); i++) {
            Tensor next = shadows.get(i).value().mul(decay).add(parameters.get(i).value().mul(1 - decay));
            shadows.get(i).update(next);
        }
    }

    /** The averages, in the order of the parameters. */
    public List<Tensor> values() {
        return shadows.stream().map(Buffer::value).toList();
    }

    /** Gives the restoring of the trained values to a try block. */
    public interface Restore extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts the averages into the parameters until the handle is closed. */
    public Restore apply() {
        List<Tensor> before = parameters.stream().map(Parameter::value).toList();
        for (int i = 0; i < shadows.size(); i++) {
            parameters.get(i).update(shadows.get(i).value());
        }
        return () -> {
            for (int i = 0; i < before.size(); i++) {
                parameters.get(i).update(before.get(i));
            }
        };
    }
}
