package loam.tensor.internal.heap;

import java.util.function.IntUnaryOperator;
import loam.tensor.Tensor;
import loam.tensor.internal.parallel.Parallel;

/**
 * The common walk over operands of one shape: neighbouring axes that all operands cross evenly are merged, the last merged axis is
 * the run that an inner loop takes at once. Runs are cut and grouped into chunks by size alone, never by the number of threads.
 */
final class Walk {
    /** Elements in a chunk of work. */
    static final int CHUNK = 1 << 14;

    final int rank;
    final int[] dims;
    final int[][] strides;
    final int run;
    final int rows;

    Walk(Tensor... operands) {
        int r = operands[0].rank();
        int[] d = new int[r];
        int[][] s = new int[operands.length][r];
        int n = 0;
        for (int a = 0; a < r; a++) {
            int extent = operands[0].dim(a);
            if (extent == 1) {
                continue;
            }
            boolean merge = n > 0;
            for (int o = 0; o < operands.length && merge; o++) {
                merge = s[o][n - 1] == operands[o].stride(a) * extent;
            }
            if (!merge) {
                n++;
                d[n - 1] = 1;
            }
            d[n - 1] *= extent;
            for (int o = 0; o < operands.length; o++) {
                s[o][n - 1] = operands[o].stride(a);
            }
        }
        rank = n;
        dims = d;
        strides = s;
        run = n == 0 ? 1 : d[n - 1];
        rows = operands[0].numel() == 0 ? 0 : operands[0].numel() / run;
    }

    /** Step of operand o along the run; 0 where there is nothing to walk (strides of empty views mean nothing). */
    int step(int o) {
        return rank == 0 || rows == 0 ? 0 : strides[o][rank - 1];
    }

    /** Offset of operand o at the start of a row. */
    int rowOffset(int o, int row) {
        int at = 0;
        int rest = row;
        for (int a = rank - 2; a >= 0; a--) {
            at += rest % dims[a] * strides[o][a];
            rest /= dims[a];
        }
        return at;
    }

    /** One piece of a run: the row, the first element of the piece within it, its length, and where it starts in a dense output. */
    interface Piece {
        void at(int row, int from, int n, int out);
    }

    /** Visits all pieces, on the pool when there are several chunks. */
    void each(Piece body) {
        if (rows == 0) {
            return;
        }
        if (run >= CHUNK) {
            int cuts = (run + CHUNK - 1) / CHUNK;
            long pieces = (long) rows * cuts;
            go(Math.toIntExact(pieces), c -> {
                int row = c / cuts;
                int from = c % cuts * CHUNK;
                body.at(row, from, Math.min(CHUNK, run - from), row * run + from);
                return 0;
            });
            return;
        }
        int group = Math.max(1, CHUNK / run);
        go((rows + group - 1) / group, c -> {
            for (int row = c * group, e = Math.min(rows, row + group); row < e; row++) {
                body.at(row, 0, run, row * run);
            }
            return 0;
        });
    }

    private static void go(int chunks, IntUnaryOperator body) {
        if (chunks == 1) {
            body.applyAsInt(0);
        } else {
            Parallel.forRange(chunks, body::applyAsInt);
        }
    }
}
