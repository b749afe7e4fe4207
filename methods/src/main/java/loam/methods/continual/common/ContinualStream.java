package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Tasks in the order in which they arrive, and what is tested. In a stream of classes each task has a test set of its own, and after task t
 * those of the tasks 0 .. t are tested; in a stream of domains all classes recur in every task, and all test sets are tested each time.
 *
 * @param tasks     training samples of each task
 * @param tests     test sets
 * @param byClasses whether it is a stream of classes
 */
public record ContinualStream(List<LabelledDataset> tasks, List<LabelledDataset> tests, boolean byClasses) {
    private static final String NAME = "stream";

    public ContinualStream {
        tasks = List.copyOf(tasks);
        tests = List.copyOf(tests);
        if (tasks.isEmpty() || tests.isEmpty() || byClasses && tests.size() != tasks.size()) {
            throw Failure.of(NAME, "a stream needs tasks and tests, and a stream of classes one test set a task").fact("tasks", tasks.size())
                    .fact("tests", tests.size()).argument();
        }
    }

    /** Each task brings its own classes; training and test samples are those of these classes. */
    public static ContinualStream ofClasses(List<int[]> tasks, LabelledDataset train, LabelledDataset test) {
        Set<Integer> seen = new HashSet<>();
        for (int c : tasks.stream().flatMapToInt(Arrays::stream).toArray()) {
            if (!seen.add(c)) {
                throw Failure.of(NAME, "class " + c + " arrives twice").argument();
            }
        }
        return new ContinualStream(tasks.stream().map(train::ofClasses).toList(), tasks.stream().map(test::ofClasses).toList(), true);
    }

    /** Every session has all classes, as they look there; one fixed test set. */
    public static ContinualStream ofSessions(List<LabelledDataset> sessions, LabelledDataset test) {
        return new ContinualStream(sessions, List.of(test), false);
    }

    /** The same stream with other inputs: features in the place of images, say. */
    public ContinualStream map(UnaryOperator<Tensor> features) {
        return new ContinualStream(map(tasks, features), map(tests, features), byClasses);
    }

    private static List<LabelledDataset> map(List<LabelledDataset> sets, UnaryOperator<Tensor> features) {
        return sets.stream().map(d -> d.withX(features.apply(d.x()))).toList();
    }

    /** All tasks as one set, in their order: what a learner without a past would be given. */
    public LabelledDataset all() {
        List<Tensor> x = new ArrayList<>();
        tasks.forEach(t -> x.add(t.x()));
        int[] labels = tasks.stream().flatMapToInt(t -> Arrays.stream(t.labels())).toArray();
        return LabelledDataset.of(Tensor.cat(0, x.toArray(Tensor[]::new)), labels, tasks.stream().mapToInt(LabelledDataset::classes).max().orElse(0));
    }

    /** Checks that no class of the stream is among those that a network was trained on. Returns this. */
    public ContinualStream without(int... trained) {
        for (int c : trained) {
            if (tasks.stream().anyMatch(t -> t.indicesOf(c).length > 0)) {
                throw Failure.of(NAME, "class " + c + " of the stream was in the training of the network")
                        .hint("the sets of classes must be disjoint").argument();
            }
        }
        return this;
    }
}
