package loam.methods.features;

import java.util.List;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.features.cnnofftheshelf.CnnOffTheShelfExperiment;
import loam.methods.features.cnnsvm.CnnSvmExperiment;

/** Methods that learn features, or classify on top of learned ones. */
public final class Features implements MethodFamily {
    @Override
    public String name() {
        return "features";
    }

    @Override
    public String about() {
        return "learned features and classifiers on top of them";
    }

    @Override
    public List<Method> methods() {
        return List.of(
                Method.of(CnnOffTheShelfExperiment.INFO, CnnOffTheShelfExperiment.class, CnnOffTheShelfExperiment::new),
                Method.of(CnnSvmExperiment.INFO, CnnSvmExperiment.class, CnnSvmExperiment::new));
    }
}
