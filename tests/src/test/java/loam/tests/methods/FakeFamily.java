package loam.tests.methods;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loam.autograd.Parameter;
import loam.methods.Claim;
import loam.methods.DataUse;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.FashionMnist;
import loam.optim.Sgd;
import loam.tensor.Tensor;

/** Invented methods for the tests of the framework: what they "measure" follows from the seed alone. */
public final class FakeFamily implements MethodFamily {
    @Override
    public String name() {
        return "invented";
    }

    @Override
    public String about() {
        return "methods that are none";
    }

    @Override
    public List<Method> methods() {
        return List.of(new Fake("coin-flip", 0.5), new Fake("sure-thing", 0.95));
    }

    private record Fake(String slug, double level) implements Method {
        @Override
        public MethodInfo info() {
            return new MethodInfo(slug, "returns " + level, "On <" + slug + "> & \"others\"", 1999, "N. N.", "https://example.org/paper", "invented");
        }

        @Override
        public Experiment experiment() {
            return new FakeExperiment(level);
        }

        @Override
        public Optional<String> resource(String name) {
            return name.equals("README.md") ? Optional.of("# " + slug + "\n") : Optional.empty();
        }
    }

    private record FakeExperiment(double level) implements Experiment {
        @Override
        public Set<Tier> tiers() {
            return EnumSet.of(Tier.TINY, Tier.SMALL);
        }

        @Override
        public Tier defaultTier() {
            return Tier.TINY;
        }

        @Override
        public int repetitions(Tier tier) {
            return 3;
        }

        @Override
        public List<String> data(Tier tier) {
            return tier == Tier.TINY ? List.of("nothing") : List.of("fashion-mnist");
        }

        @Override
        public List<Setting> settings(Tier tier) {
            return List.of(Setting.integer("steps", 10, 1, 1000, "how long"), Setting.real("rate", 0.1, 0, 1, "how fast"),
                    Setting.flag("noisy", false, "adds a value that is not finite"), Setting.choice("mode", "good", List.of("good", "broken", "steep"), "what happens"));
        }

        @Override
        public List<Claim> claims(Tier tier) {
            return List.of(Claim.atLeast("accuracy", "accuracy", 0.9), Claim.gain("gain over guessing", "accuracy", "guess", 0.3),
                    Claim.ratioAtMost("error", "error", "guessError", 0.2).reported());
        }

        @Override
        public List<String> arms(Tier tier) {
            return List.of("guess", "method");
        }

        @Override
        public String summary(Tier tier, Settings settings) {
            return "nothing, " + settings.integer("steps") + " steps";
        }

        @Override
        public void run(RunContext run) {
            if (run.tier() == Tier.SMALL) {
                FashionMnist.load(run.places());
            }
            if (run.settings().choice("mode").equals("broken")) {
                throw new IllegalStateException("broken as asked");
            }
            for (int i = 1; i <= 10; i++) {
                run.progress(i / 10.0, "step " + i + "/10");
                run.curve("loss/method", i, 1.0 / i);
                run.curve("loss/guess", i, i == 5 ? Double.NaN : 0.01);
            }
            run.arm("method", () -> {
                double accuracy = level + 0.001 * run.seed();
                run.metric("accuracy", accuracy);
                run.metric("error", 1 - accuracy);
            });
            run.arm("guess", () -> {
                if (run.settings().choice("mode").equals("steep") && run.seed() % 2 == 0) {
                    diverge();
                }
                run.metric("guess", 0.1);
                run.metric("guessError", 0.9);
            });
            run.metric("extra", run.settings().flag("noisy") ? Double.POSITIVE_INFINITY : 1);
            run.picture(new RunContext.Picture("a <picture>", 2, 2, new byte[] {0, (byte) 255, 127, 1}));
            run.uses(new DataUse("nothing", "bundled", "00", 1, 2));
            if (run.settings().choice("mode").equals("steep") && run.seed() == 4) {
                diverge();
            }
        }

        /** Descends x^4 with a rate at which every step is longer than the one before. */
        private static void diverge() {
            Parameter x = new Parameter(Tensor.of(10));
            Sgd sgd = new Sgd(List.of(x), 1);
            for (int i = 0; i < 10; i++) {
                sgd.step(x.square().square().sum());
            }
        }
    }
}
