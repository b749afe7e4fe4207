package loam.bench.work;

/** Entries of a product that the sides compare. */
public final class Samples {
    private static final int COUNT = 64;

    private Samples() { }

    /** Entries spread evenly over an array, the last one included. */
    public static double[] of(float[] values) {
        double[] out = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            out[i] = values[(int) ((long) i * (values.length - 1) / (COUNT - 1))];
        }
        return out;
    }
}
