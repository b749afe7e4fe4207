package loam.methods.labels;

import java.util.List;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.labels.nesteddropout.NestedDropoutExperiment;

/** Methods for data whose labels are wrong, few or costly. */
public final class Labels implements MethodFamily {
    @Override
    public String name() {
        return "labels";
    }

    @Override
    public String about() {
        return "learning when labels are wrong, few or costly";
    }

    @Override
    public List<Method> methods() {
        return List.of(Method.of(NestedDropoutExperiment.INFO, NestedDropoutExperiment.class, NestedDropoutExperiment::new));
    }
}
