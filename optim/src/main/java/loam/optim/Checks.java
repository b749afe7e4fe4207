package loam.optim;

import loam.tensor.Failure;

/** Domains of hyperparameters. */
final class Checks {
    private Checks() {
    }

    static double atLeast(String name, double value, double low) {
        if (!(value >= low) || Double.isInfinite(value)) {
            throw Failure.of("optimizer", name + " is " + value).hint(name + " is a finite number of at least " + low).argument();
        }
        return value;
    }

    static double fraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw Failure.of("optimizer", name + " is " + value).hint(name + " lies in [0, 1)").argument();
        }
        return value;
    }
}
