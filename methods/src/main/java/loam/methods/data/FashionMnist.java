package loam.methods.data;

import java.net.URI;
import java.util.List;

/** Fashion-MNIST: 70,000 grey images 28 x 28 of articles of clothing (Xiao, Rasul, Vollgraf; MIT licence). */
public final class FashionMnist {
    /** The published files. */
    public static final IdxSet FILES = new IdxSet("fashion-mnist",
            List.of("fashion-mnist", "FashionMNIST/raw"),
            List.of(new IdxSet.Part("train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                    new IdxSet.Part("train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                    new IdxSet.Part("t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    new IdxSet.Part("t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),
            URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"), List.of("apt-get install dataset-fashion-mnist"));

    private FashionMnist() {
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
