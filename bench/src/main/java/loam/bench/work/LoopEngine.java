package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Work;

/** The three loops of the textbook, rows of the right matrix innermost, on one thread; products only. */
public final class LoopEngine implements Engine {
    @Override
    public Work open(Row row, Path dir) throws IOException {
        Problem.Product p = product(row);
        int n = p.n();
        float[] a = Raw.floats(dir.resolve("a"));
        float[] b = Raw.floats(dir.resolve("b"));
        float[] c = new float[n * n];
        int rowStride = p.transposeA() ? 1 : n;
        int columnStride = p.transposeA() ? n : 1;
        return new Work() {
            @Override
            public void iterate(int times) {
                for (int i = 0; i < times; i++) {
                    if (p.transposeB()) {
                        dots(n, a, b, c);
                    } else {
                        rows(n, a, rowStride, columnStride, b, c);
                    }
                }
            }

            @Override
            public float[][] results() {
                iterate(1);
                return new float[][] {c.clone()};
            }
        };
    }

    /** The row as a product of square matrices; other rows are an error. */
    public static Problem.Product product(Row row) {
        if (row.problem() instanceof Problem.Product p && p.isSquare()) {
            return p;
        }
        throw new IllegalArgumentException(row.name() + " is not a product of square matrices");
    }

    private static void rows(int n, float[] a, int rowStride, int columnStride, float[] b, float[] c) {
        Arrays.fill(c, 0);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                float x = a[i * rowStride + k * columnStride];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += x * b[k * n + j];
                }
            }
        }
    }

    private static void dots(int n, float[] a, float[] b, float[] c) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += a[i * n + k] * b[j * n + k];
                }
                c[i * n + j] = sum;
            }
        }
    }

    @Override
    public Map<String, String> facts() {
        return Map.of();
    }
}
