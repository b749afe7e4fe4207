package loam.tests.methods;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loam.autograd.Grad;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.optim.Optimizer;
import loam.optim.ParameterGroup;
import loam.optim.StepObserver;

/** Watches the optimizers of a run: the first losses, and which parameters ever had a gradient. */
final class WatchedTraining implements StepObserver {
    /** How many losses are kept, and in how many steps of each optimizer the loss's whole history is looked at. */
    static final int FIRST = 3;

    private final List<Double> firstLosses = new ArrayList<>();
    private final Map<Optimizer, Watched> optimizers = new IdentityHashMap<>();
    private final Set<Variable> trained = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Variable> used = Collections.newSetFromMap(new IdentityHashMap<>());

    /** An optimizer and those of its parameters, with their names, that wanted a gradient and had none so far. */
    private static final class Watched {
        final Map<Parameter, String> waiting = new IdentityHashMap<>();
        int steps;
    }

    @Override
    public void step(Optimizer optimizer, Variable loss) {
        Watched watched = optimizers.computeIfAbsent(optimizer, this::watch);
        watched.waiting.keySet().removeIf(p -> p.grad() != null && p.grad().abs().max().item() > 0);
        watched.steps++;
        if (loss != null && firstLosses.size() < FIRST) {
            firstLosses.add(loss.item());
        }
        if (loss != null && watched.steps <= FIRST) {
            Grad.leaves(loss).stream().filter(Parameter.class::isInstance).forEach(used::add);
        }
    }

    private Watched watch(Optimizer optimizer) {
        Watched watched = new Watched();
        List<Parameter> all = optimizer.groups().stream().map(ParameterGroup::parameters).flatMap(List::stream).toList();
        trained.addAll(all);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).needsGrad()) {
                watched.waiting.put(all.get(i), "parameter " + (i + 1) + " of " + all.size() + ", shape " + all.get(i).shape() + ", of the run's "
                        + optimizer.getClass().getSimpleName() + " number " + (optimizers.size() + 1));
            }
        }
        return watched;
    }

    /** The first losses of the run; fewer where it has fewer steps with a loss. */
    List<Double> firstLosses() {
        return List.copyOf(firstLosses);
    }

    /** Parameters that an optimizer has and that want a gradient, but never had one other than zero. */
    List<String> withoutGradient() {
        return optimizers.values().stream().flatMap(w -> w.waiting.values().stream()).sorted().toList();
    }

    /** Parameters that take part in a loss and want a gradient, but that no optimizer has. */
    List<String> untrained() {
        return used.stream().filter(p -> !trained.contains(p)).map(p -> "a parameter of shape " + p.shape()).sorted().toList();
    }
}
