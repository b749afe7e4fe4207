package loam.methods.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The named data sets: what they are, and where this machine has them. */
public final class DataSets {
    /**
     * A named set.
     *
     * @param name    its name on the command line
     * @param title   its proper name
     * @param about   what it holds
     * @param licence how it may be used
     * @param bytes   roughly what a download takes
     * @param files   its published files, or null when it is bundled
     */
    public record Entry(String name, String title, String about, String licence, long bytes, IdxSet files) {
        /** Whether the set is inside the jar. */
        public boolean bundled() {
            return files == null;
        }

        /** The folder where this machine has it; empty when it is bundled or missing. */
        public Optional<Path> locate(DataPlaces places) {
            return bundled() ? Optional.empty() : files.locate(places);
        }
    }

    private static final List<Entry> ALL = List.of(
            new Entry("digits", "Digits", "1,797 grey images 8 x 8 of handwritten digits (Alpaydin, Kaynak; UCI test part)", "CC BY 4.0", 45_000, null),
            new Entry("fashion-mnist", "Fashion-MNIST", "60,000 + 10,000 grey images 28 x 28 of clothing, 10 classes", "MIT", 31_000_000, FashionMnist.FILES),
            new Entry("letter-recognition", "LetterRecognition", "20,000 rows of 16 features of printed capital letters (Slate; UCI)", "CC BY 4.0", 153_000, null),
            new Entry("mnist", "MNIST", "60,000 + 10,000 grey images 28 x 28 of handwritten digits", "CC BY-SA 3.0", 11_600_000, Mnist.FILES));

    private DataSets() {
    }

    /** All sets, sorted by name. */
    public static List<Entry> all() {
        return ALL;
    }

    /** The set of this name. */
    public static Optional<Entry> find(String name) {
        return ALL.stream().filter(e -> e.name().equals(name)).findFirst();
    }
}
