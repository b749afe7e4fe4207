package loam.methods;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import loam.tensor.Failure;

/** A method of the library: its paper, its page, its experiment. */
public interface Method {
    /** What it is and where it comes from. */
    MethodInfo info();

    /** The experiment that shows that it works; made anew by each call. */
    Experiment experiment();

    /** The method's page, README.md beside its class. */
    default String readme() {
        try (InputStream in = getClass().getResourceAsStream("README.md")) {
            if (in == null) {
                throw Failure.of(info().slug(), "its README.md is missing from the jar").state();
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.of(info().slug(), "its README.md cannot be read").cause(e).state();
        }
    }
}
