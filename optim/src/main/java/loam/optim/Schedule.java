package loam.optim;

import loam.tensor.Failure;

/**
 * A learning rate as a function of the step (from 0): {@code optimizer.lr(schedule.at(step))} before each step, or
 * {@link #apply}. Pure functions: nothing to save or resume.
 */
public interface Schedule {
    /** The learning rate of a step. */
    double at(long step);

    /** Sets the optimizer's rate for the step that it takes next. */
    default void apply(Optimizer optimizer) {
        optimizer.lr(at(optimizer.steps()));
    }

    /** Always the same. */
    static Schedule constant(double lr) {
        return step -> lr;
    }

    /** {@code lr gamma^floor(step / every)}. */
    static Schedule step(double lr, long every, double gamma) {
        positive("every", every);
        return step -> lr * Math.pow(gamma, step / every);
    }

    /** {@code lr gamma^(number of milestones reached)}. */
    static Schedule multiStep(double lr, double gamma, long... milestones) {
        long[] m = milestones.clone();
        return step -> {
            int reached = 0;
            for (long at : m) {
                reached += step >= at ? 1 : 0;
            }
            return lr * Math.pow(gamma, reached);
        };
    }

    /** {@code lr gamma^step}. */
    static Schedule exponential(double lr, double gamma) {
        return step -> lr * Math.pow(gamma, step);
    }

    /** Half a cosine from lr at step 0 to {@code low} at step {@code total}, then {@code low}. */
    static Schedule cosine(double lr, long total, double low) {
        positive("total", total);
        return step -> low + (lr - low) * (1 + Math.cos(Math.PI * Math.min(step, total) / total)) / 2;
    }

    /** Linear from {@code start lr} to lr over {@code steps} steps, then lr. */
    static Schedule warmup(double lr, double start, long steps) {
        return warmup(start, steps, constant(lr));
    }

    /** Scales the first {@code steps} steps of another schedule by a line from {@code start} to 1. */
    static Schedule warmup(double start, long steps, Schedule then) {
        positive("steps", steps);
        return step -> then.at(step) * (step >= steps ? 1 : start + (1 - start) * step / steps);
    }

    /**
     * One cycle (Smith and Topin 2017), as PyTorch's: from {@code max / div} up to max over the first {@code part} of the steps, then down to
     * {@code max / div / finalDiv}; cosine or linear.
     */
    static Schedule oneCycle(double max, long total, double part, double div, double finalDiv, boolean linear) {
        positive("total", total);
        double up = part * total - 1;
        double end = total - 1;
        double first = max / div;
        double last = first / finalDiv;
        return step -> step <= up ? between(first, max, step / up, linear) : between(max, last, Math.min(1, (step - up) / (end - up)), linear);
    }

    /** One cycle with PyTorch's defaults: 30 % up, start at a 25th, end at a 10,000th of the start, cosine. */
    static Schedule oneCycle(double max, long total) {
        return oneCycle(max, total, 0.3, 25, 1e4, false);
    }

    private static double between(double from, double to, double t, boolean linear) {
        return linear ? from + (to - from) * t : to + (from - to) / 2 * (1 + Math.cos(Math.PI * t));
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw Failure.of("schedule", name + " is " + value).hint(name + " is at least 1").argument();
        }
    }
}
