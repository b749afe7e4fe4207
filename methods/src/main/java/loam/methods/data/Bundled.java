package loam.methods.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.io.Npz;

/** A data set inside the jar: a compressed npz, beside this class. README.md there tells its origin and licence. */
final class Bundled {
    private final byte[] content;
    private final String name;

    private Bundled(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    static Bundled open(String name) {
        try (InputStream in = Bundled.class.getResourceAsStream(name)) {
            if (in == null) {
                throw Failure.of("data", "the bundled set " + name + " is missing from the jar").missingData();
            }
            return new Bundled(name, in.readAllBytes());
        } catch (IOException e) {
            throw Failure.of("data", "the bundled set " + name + " cannot be read").cause(e).format();
        }
    }

    Map<String, Tensor> arrays() {
        return Npz.read(new ByteArrayInputStream(content), name);
    }

    String sha256() {
        return Checksum.of(content);
    }
}
