package loam.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A training step of a vision transformer with AdamW (PyTorch's defaults, weight decay on all parameters): images cut into patches,
 * a linear embedding plus learned positions, blocks with the norm in front (attention with one product for query, key and value; then
 * width to {@code 4 width} and back with GELU), a last norm, the mean over the tokens, a linear classifier, cross-entropy. No dropout.
 *
 * @param tokens patches of an image
 * @param patch  numbers of a patch, such as 4 x 4 pixels of 3 colours
 */
public record Vit(int batch, int tokens, int patch, int width, int heads, int layers) implements Problem {
    /** Weight decay of AdamW. */
    public static final double WEIGHT_DECAY = 0.01;
    /** Width of the hidden layer of a block, in widths. */
    public static final int HIDDEN = 4;
    private static final double POSITION_SCALE = 0.02;

    static Vit small() {
        return new Vit(32, 64, 48, 192, 3, 6);
    }

    /** The parameters' names, in the order in which the model has them, with their shapes. */
    public Map<String, int[]> parameters() {
        Map<String, int[]> m = new LinkedHashMap<>();
        m.put("positions", new int[] {tokens, width});
        linear(m, "embed", patch, width);
        for (int i = 0; i < layers; i++) {
            linear(m, "qkv-" + i, width, 3 * width);
            linear(m, "out-" + i, width, width);
            linear(m, "up-" + i, width, HIDDEN * width);
            linear(m, "down-" + i, HIDDEN * width, width);
            norm(m, "norm1-" + i);
            norm(m, "norm2-" + i);
        }
        norm(m, "norm");
        linear(m, "head", width, CLASSES);
        return m;
    }

    private static void linear(Map<String, int[]> m, String name, int in, int out) {
        m.put(name + ".weight", new int[] {out, in});
        m.put(name + ".bias", new int[] {out});
    }

    private void norm(Map<String, int[]> m, String name) {
        m.put(name + ".weight", new int[] {width});
        m.put(name + ".bias", new int[] {width});
    }

    /** Width of a head. */
    public int headWidth() {
        return width / heads;
    }

    /** The input needs no gradient; attention's two products count, its softmax does not. */
    @Override
    public double flops() {
        double rows = (double) batch * tokens;
        double block = rows * width * width * (3 + 1 + 2 * HIDDEN) + 2 * rows * tokens * width;
        return 2 * (2 * rows * patch * width + 3 * layers * block + 3.0 * batch * width * CLASSES);
    }

    @Override
    public boolean trains() {
        return true;
    }

    @Override
    public void write(Path dir) {
        Random random = new Random(width);
        List<Map.Entry<String, int[]>> all = new ArrayList<>(parameters().entrySet());
        double bound = 1;
        for (Map.Entry<String, int[]> p : all) {
            int[] shape = p.getValue();
            int n = Problem.size(shape);
            float[] values;
            if (p.getKey().equals("positions")) {
                values = Problem.gaussian(random, n, POSITION_SCALE);
            } else if (p.getKey().startsWith("norm")) {
                values = new float[n];
                Arrays.fill(values, p.getKey().endsWith("weight") ? 1 : 0);
            } else {
                bound = shape.length == 2 ? 1 / Math.sqrt(shape[1]) : bound;
                values = Problem.uniform(random, n, bound);
            }
            Problem.put(dir, p.getKey(), values);
        }
        Problem.writeBatches(dir, random, STEPS * batch, tokens * patch);
    }
}
