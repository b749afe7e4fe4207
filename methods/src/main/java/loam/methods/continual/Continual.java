package loam.methods.continual;

import java.util.List;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.continual.dsimplex.DSimplexExperiment;
import loam.methods.continual.fetril.FeTrilExperiment;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifierExperiment;
import loam.methods.continual.teen.TeenExperiment;

/** Methods that learn new classes without forgetting the old ones. */
public final class Continual implements MethodFamily {
    @Override
    public String name() {
        return "continual";
    }

    @Override
    public String about() {
        return "classes that arrive one after the other";
    }

    @Override
    public List<Method> methods() {
        return List.of(
                Method.of(DSimplexExperiment.INFO, DSimplexExperiment.class, DSimplexExperiment::new),
                Method.of(FeTrilExperiment.INFO, FeTrilExperiment.class, FeTrilExperiment::new),
                Method.of(NearestMeanClassifierExperiment.INFO, NearestMeanClassifierExperiment.class, NearestMeanClassifierExperiment::new),
                Method.of(TeenExperiment.INFO, TeenExperiment.class, TeenExperiment::new));
    }
}
