package loam.methods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.io.Safetensors;

/** The state of a training in one file, so that a broken run goes on where it was. The file is replaced as a whole or not at all. */
public final class Checkpoint {
    private static final String STEP = "step";
    private final Path file;

    /**
     * What was saved.
     *
     * @param step  steps taken
     * @param state named tensors
     */
    public record Saved(int step, Map<String, Tensor> state) {
        /** The tensors whose names start with {@code prefix}, without it. */
        public Map<String, Tensor> part(String prefix) {
            Map<String, Tensor> part = new LinkedHashMap<>();
            state.forEach((name, tensor) -> {
                if (name.startsWith(prefix)) {
                    part.put(name.substring(prefix.length()), tensor);
                }
            });
            return part;
        }
    }

    /** The checkpoint {@code name} in {@code folder}; neither must exist yet. */
    public Checkpoint(Path folder, String name) {
        this.file = folder.resolve(name + ".safetensors");
    }

    /** What was saved last, if anything. A damaged file is a FormatException that says to remove it. */
    public Optional<Saved> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Safetensors in = Safetensors.open(file)) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (String name : in.names()) {
                state.put(name, in.get(name));
            }
            return Optional.of(new Saved(Integer.parseInt(in.metadata().getOrDefault(STEP, "")), state));
        } catch (NumberFormatException e) {
            throw Failure.of("checkpoint", "it does not say at which step it was made").fact("file", file).hint("remove it to start again").cause(e).format();
        }
    }

    /** Saves tensors under the given prefixes, with the number of steps taken. */
    public void save(int step, Map<String, Map<String, Tensor>> parts) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        parts.forEach((prefix, part) -> part.forEach((name, tensor) -> state.put(prefix + name, tensor)));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw Failure.of("checkpoint", "its folder cannot be made").fact("file", file).cause(e).state();
        }
        Safetensors.write(file, state, Map.of(STEP, String.valueOf(step)));
    }
}
