package loam.methods.continual.dsimplex;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import loam.methods.common.FeatureExtractor;
import loam.methods.continual.common.CompatibilityMatrix;
import loam.methods.continual.common.RehearsedTraining;
import loam.nn.Layer;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/**
 * Local tasks with replacements of the model: task t starts from the provider's delivery t / 2 where t is even, from the model of task t - 1
 * otherwise. All arms start from the same initial weights and see the same batches in the same order.
 */
final class ReplacementStudy {
    /**
     * A model of the provider: the data it was trained on, labels counted from 0, and how.
     */
    record Delivery(LabelledDataset data, RehearsedTraining training) {
    }

    /**
     * Samples that a service holds, and samples it is asked with.
     */
    record Gallery(String name, LabelledDataset query, LabelledDataset gallery) {
        /** Samples at even places ask, those at odd places are held. */
        static Gallery of(String name, LabelledDataset test) {
            int[] even = IntStream.range(0, test.size()).filter(i -> i % 2 == 0).toArray();
            int[] odd = IntStream.range(0, test.size()).filter(i -> i % 2 == 1).toArray();
            return new Gallery(name, test.subset(even), test.subset(odd));
        }
    }

    /**
     * What is studied.
     *
     * @param classifier the simplex
     * @param network    an untrained network of features [N, K-1]
     * @param deliveries the provider's models, from worse to better
     * @param tasks      local tasks, labels counted from 0 in the order of arrival
     * @param memory     samples kept of each local class
     * @param galleries  what is tested
     */
    record Plan(SimplexClassifier classifier, Function<Rng, Layer> network, List<Delivery> deliveries, List<LabelledDataset> tasks, int memory,
                List<Gallery> galleries) {
    }

    private final Plan plan;
    private final Rng rng;
    private final Map<Integer, Layer> simplexDeliveries = new HashMap<>();
    private final Map<Integer, Layer> learnableDeliveries = new HashMap<>();

    ReplacementStudy(Plan plan, Rng rng) {
        this.plan = plan;
        this.rng = rng;
    }

    /** The method with lambda as the weight of the cross-entropy: 1 is the fixed simplex alone. */
    List<FeatureExtractor> simplex(CompatibleTrainer.Config config) {
        SimplexClassifier classifier = plan.classifier();
        CompatibleTrainer trainer = new CompatibleTrainer(classifier, delivered(0, true), config, rng.split("tasks"));
        List<FeatureExtractor> models = new ArrayList<>();
        for (int t = 0; t < plan.tasks().size(); t++) {
            if (t % 2 == 0) {
                trainer.replace(delivered(t / 2, true));
            }
            models.add(frozen(trainer.update(relabelled(plan.tasks().get(t), classifier.slots(), classifier::localSlot))));
        }
        return models;
    }

    /** Experience replay under a learnable classifier; with {@code always} every task starts from an independent delivery. */
    List<FeatureExtractor> learnable(RehearsedTraining training, boolean always) {
        GrowingTrainer trainer = new GrowingTrainer(delivered(0, false), plan.classifier().dim(), plan.memory(), training, rng.split("tasks"));
        List<FeatureExtractor> models = new ArrayList<>();
        for (int t = 0; t < plan.tasks().size(); t++) {
            if (t % 2 == 0) {
                trainer.replace(delivered(t / 2, false));
            } else if (always) {
                trainer.replace(trained(t / 2, plan.deliveries().size() + t, false));
            }
            models.add(frozen(trainer.update(plan.tasks().get(t))));
        }
        return models;
    }

    /** The matrix of an arm on one of the galleries. */
    static CompatibilityMatrix test(List<FeatureExtractor> models, Gallery gallery) {
        return CompatibilityMatrix.evaluate(models, gallery.query(), gallery.gallery());
    }

    private Layer delivered(int k, boolean fixed) {
        return (fixed ? simplexDeliveries : learnableDeliveries).computeIfAbsent(k, i -> trained(i, i, fixed));
    }

    private Layer trained(int k, int start, boolean fixed) {
        Delivery delivery = plan.deliveries().get(k);
        SimplexClassifier classifier = plan.classifier();
        Layer network = plan.network().apply(rng.split("init").split(start));
        Rng order = rng.split("deliveries").split(start);
        if (fixed) {
            CompatibleTrainer.Config plain = new CompatibleTrainer.Config(1, HocLoss.standard(), 0, delivery.training());
            return new CompatibleTrainer(classifier, network, plain, order).update(relabelled(delivery.data(), classifier.slots(), classifier::providerSlot));
        }
        return new GrowingTrainer(network, classifier.dim(), 0, delivery.training(), order).update(delivery.data());
    }

    private FeatureExtractor frozen(Layer model) {
        return FeatureExtractor.frozen(model.copy(), plan.classifier().dim());
    }

    private static LabelledDataset relabelled(LabelledDataset data, int classes, IntUnaryOperator slot) {
        return LabelledDataset.of(data.x(), IntStream.of(data.labels()).map(slot).toArray(), classes);
    }
}
