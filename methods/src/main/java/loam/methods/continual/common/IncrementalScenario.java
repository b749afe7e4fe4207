package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.tensor.Failure;
import loam.tensor.Rng;

/** Classes that arrive in states: state 0 brings many, each later one a few. Every class arrives once. Immutable. */
public final class IncrementalScenario {
    private final List<int[]> states;

    private IncrementalScenario(List<int[]> states) {
        this.states = states;
    }

    /** Classes 0 .. classes-1 in a random order: {@code initial} in state 0, then {@code increment} a state; the last one takes what is left. */
    public static IncrementalScenario of(int classes, int initial, int increment, Rng rng) {
        if (initial < 1 || increment < 1 || initial > classes) {
            throw Failure.of("scenario", "a state is empty, or state 0 has more classes than there are").fact("classes", classes)
                    .fact("initial", initial).fact("increment", increment).argument();
        }
        int[] order = rng.permutation(classes);
        List<int[]> states = new ArrayList<>();
        for (int from = 0; from < classes; from += states.size() == 1 ? initial : increment) {
            states.add(Arrays.copyOfRange(order, from, Math.min(classes, from + (from == 0 ? initial : increment))));
        }
        return new IncrementalScenario(states);
    }

    /** Number of states, state 0 included. */
    public int states() {
        return states.size();
    }

    /** The classes that arrive in a state. */
    public int[] arriving(int state) {
        return states.get(state).clone();
    }

    /** The classes of state 0. */
    public int[] first() {
        return arriving(0);
    }

    /** All classes up to a state, that one included, in the order of their arrival. */
    public int[] seen(int state) {
        return states.subList(0, state + 1).stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** All classes after state 0, in the order of their arrival. */
    public int[] later() {
        return states.subList(1, states.size()).stream().flatMapToInt(Arrays::stream).toArray();
    }
}
