package loam.methods;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import loam.tensor.Failure;

/** A method of the library: its paper, its page, its experiment. */
public interface Method {
    /** What it is and where it comes from. */
    MethodInfo info();

    /** The experiment that shows that it works; made anew by each call. */
    Experiment experiment();

    /** The text of a file of the method's package: its page, its thresholds, the runs that are kept. Empty where there is none. */
    Optional<String> resource(String name);

    /** A method whose files stand beside {@code home}. */
    static Method of(MethodInfo info, Class<?> home, Supplier<Experiment> experiment) {
        return new Method() {
            @Override
            public MethodInfo info() {
                return info;
            }

            @Override
            public Experiment experiment() {
                return experiment.get();
            }

            @Override
            public Optional<String> resource(String name) {
                try (InputStream in = home.getResourceAsStream(name)) {
                    return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw Failure.of(info.slug(), name + " cannot be read from the jar").cause(e).state();
                }
            }
        };
    }

    /** The method's page. */
    default String readme() {
        return resource("README.md").orElseThrow(() -> Failure.of(info().slug(), "its README.md is missing from the jar").state());
    }
}
