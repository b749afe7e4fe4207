package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import loam.tensor.Failure;

/** Accuracy over the states of a class-incremental stream: of all classes seen so far, and of the classes that each state brought. */
public final class IncrementalAccuracy {
    private final IncrementalScenario scenario;
    private final List<Double> seen = new ArrayList<>();
    private final List<double[]> byOrigin = new ArrayList<>();

    public IncrementalAccuracy(IncrementalScenario scenario) {
        this.scenario = scenario;
    }

    /** Takes the predictions after the next state, for test samples of all classes seen so far. Returns their accuracy. */
    public double add(int[] predicted, int[] labels) {
        int state = seen.size();
        if (state >= scenario.states()) {
            throw Failure.of("incremental accuracy", "there is no state " + state).fact("states", scenario.states()).state();
        }
        if (predicted.length != labels.length || labels.length == 0) {
            throw Failure.of("incremental accuracy", "one prediction is needed for each label").fact("predictions", predicted.length)
                    .fact("labels", labels.length).argument();
        }
        int[] origin = new int[Arrays.stream(scenario.seen(state)).max().getAsInt() + 1];
        Arrays.fill(origin, -1);
        for (int s = 0; s <= state; s++) {
            for (int c : scenario.arriving(s)) {
                origin[c] = s;
            }
        }
        double[] right = new double[state + 1];
        double[] count = new double[state + 1];
        for (int i = 0; i < labels.length; i++) {
            int s = labels[i] < origin.length ? origin[labels[i]] : -1;
            if (s < 0) {
                throw Failure.of("incremental accuracy", "class " + labels[i] + " has not arrived yet").fact("state", state).argument();
            }
            count[s]++;
            right[s] += predicted[i] == labels[i] ? 1 : 0;
        }
        double accuracy = Arrays.stream(right).sum() / labels.length;
        seen.add(accuracy);
        byOrigin.add(IntStream.rangeClosed(0, state).mapToDouble(s -> right[s] / count[s]).toArray());
        return accuracy;
    }

    /** Accuracy after each state so far. */
    public List<Double> perState() {
        return List.copyOf(seen);
    }

    /** Mean accuracy over the states from {@code first} on: with 0 the usual average incremental accuracy, with 1 without the state that has no past. */
    public double average(int first) {
        return seen.subList(first, seen.size()).stream().mapToDouble(Double::doubleValue).average()
                .orElseThrow(() -> Failure.of("incremental accuracy", "no state from " + first + " on was measured").state());
    }

    /** Accuracy after the latest state. */
    public double last() {
        if (seen.isEmpty()) {
            throw Failure.of("incremental accuracy", "no state was measured").state();
        }
        return seen.get(seen.size() - 1);
    }

    /** Accuracy after state {@code state} on the classes that state {@code origin} brought. */
    public double of(int state, int origin) {
        return byOrigin.get(state)[origin];
    }

    /** Mean over all states before the latest of: best accuracy that their classes ever had, minus the one now. 0 when there is no such state. */
    public double forgetting() {
        return ContinualReport.forgetting(byOrigin.toArray(double[][]::new));
    }
}
