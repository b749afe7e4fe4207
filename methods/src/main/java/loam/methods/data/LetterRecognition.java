package loam.methods.data;

import java.util.Map;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/** 20,000 rows of 16 features of printed capital letters in twenty fonts, distorted (Slate, UCI). Bundled. */
public final class LetterRecognition {
    /** The name of the set. */
    public static final String NAME = "letter-recognition";
    private static final String FILE = "letter-recognition.npz";

    private LetterRecognition() {
    }

    /** Features [20000, 16], whole numbers 0 to 15, with labels 0 (A) to 25 (Z), in the order of the source: by custom the last 4,000 test. */
    public static LabelledDataset load() {
        Map<String, Tensor> arrays = Bundled.open(FILE).arrays();
        return LabelledDataset.of(arrays.get("features").to(DType.F32), arrays.get("labels").toInts(), 26);
    }

    /** SHA-256 of the bundled file. */
    public static String sha256() {
        return Bundled.open(FILE).sha256();
    }
}
