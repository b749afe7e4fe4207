package loam.tensor.internal.simd;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * Shapes of the micro-kernels: how many rows of C go with 1, 2, 3 and 4 vectors of columns. Chosen by facts: the compiler of JDK 17
 * keeps 6 x 4 accumulators badly, and processors with 16 vector registers hold at most 8 accumulators with their operands.
 * All shapes give the same bits.
 */
enum Tiling {
    /** 32 registers, JDK 21 or newer. */
    WIDE(4, 8, 8, 6, 6),
    /** 32 registers. */
    MIDDLE(2, 8, 8),
    /** 16 registers. */
    NARROW(2, 8, 4);

    private static final int FIRST_GOOD_JDK = 21;

    /** Most vectors in a panel of B. */
    final int vectors;
    private final int[] rows;

    Tiling(int vectors, int... rows) {
        this.vectors = vectors;
        this.rows = rows;
    }

    /** The shapes for this processor and JDK. */
    static Tiling preferred() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean many = FloatVector.SPECIES_PREFERRED.length() >= 16 || arch.equals("aarch64");
        if (!many) {
            return NARROW;
        }
        return Runtime.version().feature() >= FIRST_GOOD_JDK ? WIDE : MIDDLE;
    }

    /** The shapes that {@link GatherKernels} has. */
    Tiling forGather() {
        return this == WIDE ? MIDDLE : this;
    }

    /** Rows of a tile of {@code nv} vectors. */
    int rows(int nv) {
        return rows[nv - 1];
    }

    /** First vectors of the panels that {@code total} vectors of columns are cut into, and the end. */
    int[] panels(int total) {
        int count = (total + vectors - 1) / vectors;
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i] = i * vectors;
        }
        starts[count] = total;
        // one vector alone is slow: 4 + 1 becomes 3 + 2
        if (vectors >= 4 && count > 1 && total - starts[count - 1] == 1) {
            starts[count - 1]--;
        }
        return starts;
    }
}
