package loam.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loam.autograd.Grad;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import loam.tensor.profile.Phase;
import loam.tensor.profile.Profiler;

/**
 * Updates parameters from their gradients. {@link #step(Variable)} does all of one step: gradients of the loss for its own parameters,
 * update, and nothing left behind. The classic form is {@code loss.backward(); optimizer.step(); optimizer.zeroGrad();}.
 * Frozen parameters are passed over.
 */
public abstract class Optimizer {
    private final List<ParameterGroup> groups;
    private final List<Parameter> all = new ArrayList<>();
    private final Map<Parameter, Map<String, Tensor>> states = new IdentityHashMap<>();
    private final Map<Parameter, Integer> ages = new IdentityHashMap<>();
    private double clipNorm = Double.POSITIVE_INFINITY;
    private long steps;

    /** An optimizer over groups; no parameter may stand in two. */
    protected Optimizer(List<ParameterGroup> groups) {
        this.groups = List.copyOf(groups);
        Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ParameterGroup g : groups) {
            for (Parameter p : g.parameters()) {
                if (!seen.add(p)) {
                    throw Failure.of("optimizer", "a parameter stands in two places").operand("parameter", p.shape()).hint("split the parameters into disjoint groups").argument();
                }
                all.add(p);
            }
        }
        if (all.isEmpty()) {
            throw Failure.of("optimizer", "no parameters given").hint("pass model.parameters()").argument();
        }
    }

    /** One group of these parameters. */
    protected static List<ParameterGroup> single(List<Parameter> parameters, double lr, double weightDecay) {
        return List.of(new ParameterGroup(parameters, lr, weightDecay));
    }

    public List<ParameterGroup> groups() {
        return groups;
    }

    /** Learning rate of the first group. */
    public double lr() {
        return groups.get(0).lr();
    }

    /** Sets the learning rate of all groups. */
    public void lr(double value) {
        groups.forEach(g -> g.lr(value));
    }

    /** Scales the gradients of every {@link #step(Variable)} so that their common 2-norm is at most {@code max}; returns this. */
    public Optimizer clipNorm(double max) {
        clipNorm = max;
        return this;
    }

    /** Number of steps taken. */
    public long steps() {
        return steps;
    }

    /**
     * Computes the gradients of the loss for the parameters of this optimizer (adding what backward left on them before), updates them, and
     * clears their gradients; others stay untouched. A loss that is not a number is an error that names the step and the place.
     */
    public void step(Variable loss) {
        double value = loss.item();
        if (!Double.isFinite(value)) {
            throw Failure.of("step", "the loss is " + value + " at step " + (steps + 1)).fact("first seen", Grad.firstNonFinite(loss))
                    .hint("lower the learning rate, clip gradients, or look for log(0), 0/0 and infinite inputs there").numeric();
        }
        List<Parameter> trained = new ArrayList<>();
        for (Parameter p : all) {
            if (p.needsGrad()) {
                trained.add(p);
            }
        }
        List<Tensor> grads = Grad.gradients(loss, trained);
        for (int i = 0; i < trained.size(); i++) {
            Parameter p = trained.get(i);
            Tensor before = p.grad();
            Tensor g = grads.get(i);
            if (g != null) {
                p.setGrad(before == null ? g : before.add(g));
            }
        }
        if (clipNorm < Double.POSITIVE_INFINITY) {
            Clip.norm(trained, clipNorm);
        }
        updateOnce(loss);
        zeroGrad();
    }

    /** Updates the parameters that have a gradient; the gradients stay. */
    public void step() {
        updateOnce(null);
    }

    private void updateOnce(Variable loss) {
        StepObserver observer = Context.current().attached(StepObserver.class);
        if (observer != null) {
            observer.step(this, loss);
        }
        steps++;
        Profiler profiler = Profiler.current();
        if (profiler == null) {
            updateAll();
            return;
        }
        profiler.enter(getClass().getSimpleName().toLowerCase(Locale.ROOT), Phase.UPDATE, null);
        try {
            updateAll();
        } finally {
            profiler.leave();
        }
    }

    private void updateAll() {
        Grad.noGrad(() -> {
            for (ParameterGroup g : groups) {
                for (Parameter p : g.parameters()) {
                    Tensor grad = p.grad();
                    if (grad != null && p.needsGrad()) {
                        int age = ages.merge(p, 1, Integer::sum);
                        update(p, grad, g, age);
                    }
                }
            }
        });
    }

    /** Clears the gradients of this optimizer's parameters. */
    public void zeroGrad() {
        all.forEach(Variable::zeroGrad);
    }

    /** Updates one parameter; {@code age} counts its updates from 1. */
    protected abstract void update(Parameter p, Tensor grad, ParameterGroup group, int age);

    /** A state tensor of a parameter under PyTorch's name, zeros of its shape at first; kernels may change it in place. */
    protected final Tensor state(Parameter p, String name) {
        return states.computeIfAbsent(p, k -> new LinkedHashMap<>())
                .computeIfAbsent(name, k -> Workspace.outside(() -> Tensor.zeros(p.dtype(), p.shape())));
    }

    /** The whole state for a checkpoint: "0.exp_avg", "0.step", ...; copies. */
    public Map<String, Tensor> stateDict() {
        Map<String, Tensor> out = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Parameter p = all.get(i);
            for (Map.Entry<String, Tensor> e : states.getOrDefault(p, Map.of()).entrySet()) {
                out.put(i + "." + e.getKey(), e.getValue().copy());
            }
            if (ages.containsKey(p)) {
                out.put(i + ".step", Tensor.ofLongs(Shape.scalar(), ages.get(p)));
            }
        }
        out.put("steps", Tensor.ofLongs(Shape.scalar(), steps));
        return out;
    }

    /** Restores what {@link #stateDict} gave; parameters are matched by their order. */
    public void load(Map<String, Tensor> dict) {
        Map<Parameter, Map<String, Tensor>> next = new IdentityHashMap<>();
        Map<Parameter, Integer> nextAges = new IdentityHashMap<>();
        long nextSteps = steps;
        for (Map.Entry<String, Tensor> e : dict.entrySet()) {
            if (e.getKey().equals("steps")) {
                nextSteps = (long) e.getValue().item();
                continue;
            }
            Parameter p = owner(e.getKey());
            String name = e.getKey().substring(e.getKey().indexOf('.') + 1);
            if (name.equals("step")) {
                nextAges.put(p, (int) e.getValue().item());
                continue;
            }
            if (!e.getValue().shape().equals(p.shape())) {
                throw Failure.of("load", "state " + e.getKey() + " has another shape than its parameter").operand("state", e.getValue().shape())
                        .operand("parameter", p.shape()).shape();
            }
            Tensor value = e.getValue().to(p.dtype()).copy();
            next.computeIfAbsent(p, k -> new LinkedHashMap<>()).put(name, value);
        }
        states.clear();
        states.putAll(next);
        ages.clear();
        ages.putAll(nextAges);
        steps = nextSteps;
    }

    private Parameter owner(String key) {
        int dot = key.indexOf('.');
        String number = dot < 0 ? "" : key.substring(0, dot);
        if (!number.matches("\\d{1,9}") || Integer.parseInt(number) >= all.size()) {
            throw Failure.of("load", "no parameter for the state " + key).fact("parameters", all.size()).hint("load the state of an optimizer over the same parameters").argument();
        }
        return all.get(Integer.parseInt(number));
    }
}
