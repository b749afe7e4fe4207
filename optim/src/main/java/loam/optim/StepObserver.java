package loam.optim;

import loam.autograd.Variable;
import loam.tensor.Context;

/**
 * Hears of every step of every optimizer on its thread, without a word in the training loop:
 * {@code StepObserver.during((optimizer, loss) -> losses.add(loss.item()), () -> train(model))}.
 */
@FunctionalInterface
public interface StepObserver {
    /**
     * The gradients are there, and clipped where that was asked for; nothing is updated yet. What it throws ends the training.
     *
     * @param optimizer the one that is about to update its parameters
     * @param loss      the loss given to {@link Optimizer#step(Variable)}; null where {@code backward} was called before the plain {@link Optimizer#step()}
     */
    void step(Optimizer optimizer, Variable loss);

    /** Runs {@code body} with this observer in the place of the thread's former one. */
    static void during(StepObserver observer, Runnable body) {
        Context context = Context.current();
        StepObserver before = context.attach(StepObserver.class, observer);
        try {
            body.run();
        } finally {
            context.attach(StepObserver.class, before);
        }
    }
}
