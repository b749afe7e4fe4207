package loam.methods.tuning;

import java.util.List;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.tuning.momentprobing.MomentProbingExperiment;

/** Methods that put a trained network to a new task at little cost: heads and small inserted parts, the network itself frozen. */
public final class TuningMethods implements MethodFamily {
    @Override
    public String name() {
        return "tuning";
    }

    @Override
    public String about() {
        return "a trained network put to a new task at little cost";
    }

    @Override
    public List<Method> methods() {
        return List.of(Method.of(MomentProbingExperiment.INFO, MomentProbingExperiment.class, MomentProbingExperiment::new));
    }
}
