package loam.methods.data;

import java.util.Map;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/** 1,797 real handwritten digits, 8 x 8 grey pixels (Alpaydin and Kaynak, UCI). Bundled. */
public final class Digits {
    /** The name of the set. */
    public static final String NAME = "digits";
    private static final String FILE = "digits.npz";
    private static final double WHITE = 16;

    private Digits() {
    }

    /** Images [1797, 1, 8, 8] in [0, 1] (the source counts to 16) with labels 0 to 9, in the order of the source. */
    public static LabelledDataset load() {
        Map<String, Tensor> arrays = Bundled.open(FILE).arrays();
        Tensor images = arrays.get("images").to(DType.F32).div(WHITE).unsqueeze(1);
        return LabelledDataset.of(images, arrays.get("labels").toInts(), 10);
    }

    /** SHA-256 of the bundled file. */
    public static String sha256() {
        return Bundled.open(FILE).sha256();
    }
}
