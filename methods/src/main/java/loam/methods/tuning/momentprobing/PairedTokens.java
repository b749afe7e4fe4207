package loam.methods.tuning.momentprobing;

import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Four classes of token sets that differ in second moments alone: tokens are normal with mean 0 and variance 1, and in class c the channels
 * {@code 2k} and {@code (2k + 1 + 2c) mod 32}, k = 0..7, correlate by 0.6. The mean of the tokens says almost nothing about the class.
 *
 * @param tokens [N, 64, 32]
 * @param labels 0 to 3, in turn
 */
record PairedTokens(Tensor tokens, int[] labels) {
    static final int CLASSES = 4;
    static final int TOKENS = 64;
    static final int DIM = 32;
    private static final int PAIRS = 8;
    private static final double CORRELATION = 0.6;

    /** {@code samples} token sets. */
    static PairedTokens draw(int samples, Rng rng) {
        float[] x = Tensor.randn(Shape.of(samples, TOKENS, DIM), rng).toFloats();
        int[] labels = new int[samples];
        // The square root of [[1, r], [r, 1]] is [[a, b], [b, a]].
        float a = (float) ((Math.sqrt(1 + CORRELATION) + Math.sqrt(1 - CORRELATION)) / 2);
        float b = (float) ((Math.sqrt(1 + CORRELATION) - Math.sqrt(1 - CORRELATION)) / 2);
        for (int i = 0; i < samples; i++) {
            labels[i] = i % CLASSES;
            for (int row = i * TOKENS; row < (i + 1) * TOKENS; row++) {
                for (int k = 0; k < PAIRS; k++) {
                    int p = row * DIM + 2 * k;
                    int q = row * DIM + (2 * k + 1 + 2 * labels[i]) % DIM;
                    float g = x[p];
                    float h = x[q];
                    x[p] = a * g + b * h;
                    x[q] = b * g + a * h;
                }
            }
        }
        return new PairedTokens(Tensor.of(Shape.of(samples, TOKENS, DIM), x), labels);
    }
}
