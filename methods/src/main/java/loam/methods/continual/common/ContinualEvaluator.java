package loam.methods.continual.common;

import loam.nn.metrics.Accuracy;
import loam.tensor.data.LabelledDataset;

/** Leads a learner through a stream and tests it after each task, on everything that it should know by then. */
public final class ContinualEvaluator {
    private ContinualEvaluator() {
    }

    /** Learns every task once, in order. No test knows its task. */
    public static ContinualReport run(ContinualStream stream, ContinualLearner learner) {
        int tasks = stream.tasks().size();
        double[][] accuracy = new double[tasks][];
        double[] seen = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            learner.learn(stream.tasks().get(t));
            int tested = stream.byClasses() ? t + 1 : stream.tests().size();
            accuracy[t] = new double[tested];
            double right = 0;
            int count = 0;
            for (int i = 0; i < tested; i++) {
                LabelledDataset test = stream.tests().get(i);
                accuracy[t][i] = Accuracy.of(learner.predict(test.x()), test.labels());
                right += accuracy[t][i] * test.size();
                count += test.size();
            }
            seen[t] = right / count;
        }
        return new ContinualReport(accuracy, seen);
    }
}
