package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import loam.tensor.ArgumentException;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sorting, the largest k, medians and quantiles against Java's stable sort, on every kernel set. Would catch an unstable sort, NaN in the
 * wrong place, -0 told from 0, an axis other than the last, and ties broken by the later index.
 */
@Tag("fast")
class OrderingTest {
    /** The stable order of a line: NaN is the largest, -0 equals 0. */
    private static int[] order(double[] line, boolean descending) {
        Comparator<Double> up = (a, b) -> Double.isNaN(a) || Double.isNaN(b) ? Boolean.compare(Double.isNaN(a), Double.isNaN(b)) : Double.compare(a + 0.0, b + 0.0);
        Comparator<Double> by = descending ? up.reversed() : up;
        return IntStream.range(0, line.length).boxed().sorted((i, j) -> by.compare(line[i], line[j])).mapToInt(Integer::intValue).toArray();
    }

    private static double[] numbers(Random r, int n, int distinct) {
        double[] special = {Double.NaN, 0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        return IntStream.range(0, n).mapToDouble(i -> r.nextInt(8) == 0 ? special[r.nextInt(5)] : r.nextInt(distinct) - distinct / 2).toArray();
    }

    @Test
    void sortIsStableAlongEveryAxis() {
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, () -> {
                Random r = new Random(5);
                for (int n : new int[] {1, 2, 7, 33, 100}) {
                    for (DType type : new DType[] {DType.F32, DType.F64}) {
                        Tensor x = Tensor.ofDoubles(Shape.of(3, n, 2), numbers(r, 6 * n, 9)).to(type);
                        for (boolean descending : new boolean[] {false, true}) {
                            check(x, x.sort(1, descending), descending);
                            check(x, x.transpose(0, 1).sort(0, descending), descending);
                        }
                    }
                }
                return null;
            });
        }
    }

    private static void check(Tensor x, Tensor.Indexed sorted, boolean descending) {
        boolean turned = !sorted.values().shape().equals(x.shape());
        Tensor values = turned ? sorted.values().transpose(0, 1) : sorted.values();
        Tensor indices = turned ? sorted.indices().transpose(0, 1) : sorted.indices();
        for (int a = 0; a < 3; a++) {
            for (int c = 0; c < 2; c++) {
                double[] line = x.select(0, a).select(1, c).toDoubles();
                int[] order = order(line, descending);
                assertArrayEquals(order, indices.select(0, a).select(1, c).toInts());
                assertArrayEquals(Arrays.stream(order).mapToDouble(i -> line[i]).toArray(), values.select(0, a).select(1, c).toDoubles());
            }
        }
    }

    @Test
    void emptyAndSingleAxes() {
        assertEquals(Shape.of(3, 0), Tensor.zeros(Shape.of(3, 0)).sort(-1, false).values().shape());
        assertEquals(Shape.of(0, 4), Tensor.zeros(Shape.of(0, 4)).argsort(0, true).shape());
        assertThrows(ShapeException.class, () -> Tensor.scalar(1).sort(0, false));
    }

    @Test
    void largestAndSmallest() {
        Tensor x = Tensor.of(Shape.of(2, 5), 3, 1, 3, Float.NaN, -2, 0, -1, 4, 4, 2);
        assertArrayEquals(new double[] {Double.NaN, 3, 3, 4, 4, 2}, x.topk(3, 1, true).values().toDoubles());
        assertArrayEquals(new long[] {3, 0, 2, 2, 3, 4}, x.topk(3, 1, true).indices().toLongs());
        assertArrayEquals(new double[] {-2, 1, -1, 0}, x.topk(2, -1, false).values().toDoubles());
        assertEquals(Shape.of(2, 0), x.topk(0, 1, true).values().shape());
        assertArrayEquals(new long[] {1, 1, 0, 1, 0}, x.topk(1, 0, false).indices().toLongs());
        assertThrows(ArgumentException.class, () -> x.topk(6, 1, true));
        assertThrows(ArgumentException.class, () -> x.topk(-1, 1, true));
    }

    @Test
    void theFirstOfTheSortedOrder() {
        Random r = new Random(9);
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, () -> {
                for (DType type : new DType[] {DType.F32, DType.F64, DType.I64, DType.U8}) {
                    Tensor x = Tensor.ofDoubles(Shape.of(4, 100, 3), numbers(r, 1200, 15)).to(type);
                    for (int k : new int[] {1, 3, 64, 65, 100}) {
                        for (boolean largest : new boolean[] {false, true}) {
                            Tensor.Indexed sorted = x.sort(1, largest);
                            assertArrayEquals(sorted.indices().narrow(1, 0, k).toLongs(), x.topk(k, 1, largest).indices().toLongs());
                            assertArrayEquals(sorted.values().narrow(1, 0, k).toDoubles(), x.topk(k, 1, largest).values().toDoubles());
                        }
                    }
                }
                return null;
            });
        }
    }

    @Test
    void mediansAndQuantiles() {
        Tensor x = Tensor.of(Shape.of(2, 4), 4, 1, 3, 2, 10, 30, Float.NaN, 20);
        assertArrayEquals(new double[] {2, Double.NaN}, x.median(1, false).toDoubles());
        assertArrayEquals(new double[] {1.75, Double.NaN}, x.quantile(0.25, 1, false).toDoubles());
        assertEquals(Shape.of(2, 1), x.quantile(0.5, 1, true).shape());
        assertArrayEquals(new double[] {1, 4}, new double[] {x.quantile(0, 1, false).at(0), x.quantile(1, 1, false).at(0)});
        assertArrayEquals(new int[] {4, 1, 3, 2}, x.to(DType.I32).narrow(0, 0, 1).median(0, false).toInts());
        assertThrows(ArgumentException.class, () -> x.quantile(1.5, 1, false));
        assertThrows(ShapeException.class, () -> Tensor.zeros(Shape.of(0)).median(0, false));
        assertTrue(Double.isNaN(x.median(0, false).at(2)));
    }
}
