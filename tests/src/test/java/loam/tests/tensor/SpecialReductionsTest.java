package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.ReduceKind;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reductions where they are easily wrong: NaN, infinities, ties, nothing to reduce, long runs, types; on every kernel set. Would catch a
 * NaN that a comparison skips, the identity of an empty sum, the later of two equal maxima, and float sums that lose small terms.
 */
@Tag("fast")
class SpecialReductionsTest {
    private static final float NAN = Float.NaN;
    private static final float INF = Float.POSITIVE_INFINITY;

    private static void everywhere(Runnable body) {
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, (Supplier<Void>) () -> {
                body.run();
                return null;
            });
        }
    }

    @Test
    void notANumberWins() {
        everywhere(() -> {
            for (DType type : new DType[] {DType.F32, DType.F64}) {
                for (int n : new int[] {2, 5, 17, 64, 100}) {
                    for (int at = 0; at < n; at += Math.max(1, n / 5)) {
                        float[] v = new float[n * 9];
                        for (int i = 0; i < v.length; i++) {
                            v[i] = i % 7 - 3;
                        }
                        v[at * 9 + 4] = NAN;
                        Tensor columns = Tensor.of(Shape.of(n, 9), v).to(type);
                        for (Tensor x : List.of(columns.max(0), columns.min(0), columns.sum(0), columns.t().contiguous().max(1), columns.t().contiguous().min(1),
                                columns.mean(0), columns.prod(0), columns.t().contiguous().sum(-1))) {
                            boolean[] nan = x.isNaN().toBooleans();
                            assertArrayEquals(new boolean[] {false, false, false, false, true, false, false, false, false}, nan);
                        }
                        assertEquals(at, columns.argmax(0).at(4));
                        assertEquals(at, columns.argmin(0).at(4));
                        assertEquals(at * 9 + 4, columns.flatten().argmax(0).item());
                        assertEquals(Double.NaN, columns.max().item());
                        assertEquals(Double.NaN, columns.logsumexp(false, 0).at(4));
                    }
                }
            }
        });
    }

    @Test
    void infinities() {
        everywhere(() -> {
            Tensor x = Tensor.of(Shape.of(3, 2), -INF, -INF, INF, 1, INF, -INF);
            assertArrayEquals(new double[] {-INF, INF, INF}, x.max(1).toDoubles());
            assertArrayEquals(new double[] {-INF, INF, NAN}, x.sum(1).toDoubles());
            assertArrayEquals(new double[] {-INF, INF, INF}, x.logsumexp(false, 1).toDoubles());
            assertArrayEquals(new double[] {INF, INF, INF}, x.norm(2, false, 1).toDoubles());
            assertArrayEquals(new double[] {INF, INF, INF}, x.norm(INF, false, 1).toDoubles());
            assertEquals(Double.NaN, x.var(1, false).item());
            assertArrayEquals(new boolean[] {false, false, false, true, false, false}, x.isFinite().toBooleans());
        });
    }

    @Test
    void theFirstOfEqualsIsTaken() {
        everywhere(() -> {
            for (DType type : new DType[] {DType.F32, DType.F64, DType.I32, DType.I64, DType.U8}) {
                Tensor x = Tensor.of(Shape.of(2, 6), 1, 5, 2, 5, 0, 0, 3, 3, 3, 3, 3, 3).to(type);
                assertArrayEquals(new long[] {1, 0}, x.argmax(1).toLongs());
                assertArrayEquals(new long[] {4, 0}, x.argmin(-1).toLongs());
                assertArrayEquals(new long[] {1, 0, 1, 0, 1, 1}, x.argmax(0).toLongs());
            }
            assertEquals(0, Tensor.of(-0f, 0f).argmax(0).item());
        });
    }

    @Test
    void nothingToReduce() {
        everywhere(() -> {
            for (DType type : new DType[] {DType.F32, DType.F64, DType.I64}) {
                Tensor x = Tensor.zeros(type, Shape.of(3, 0));
                assertArrayEquals(new double[] {0, 0, 0}, x.sum(1).toDoubles());
                assertArrayEquals(new double[] {1, 1, 1}, x.prod(1).toDoubles());
                assertArrayEquals(new double[] {NAN, NAN, NAN}, x.mean(1).toDoubles());
                assertArrayEquals(new double[] {0, 0, 0}, x.any(1).toDoubles());
                assertArrayEquals(new double[] {1, 1, 1}, x.all(1).toDoubles());
                assertArrayEquals(new double[] {0, 0, 0}, x.norm(2, false, 1).toDoubles());
                assertEquals(Shape.of(0), x.sum(0).shape());
                assertEquals(Shape.of(0), x.max(0).shape());
                assertEquals(Shape.of(1, 0), x.max(true, 0).shape());
                assertEquals(Shape.of(3, 0), x.cumsum(1).shape());
                assertThrows(ShapeException.class, () -> x.max(1));
                assertThrows(ShapeException.class, () -> x.argmin(1));
                assertThrows(ShapeException.class, x::max);
                assertEquals(0, x.sum().item());
                Tensor wide = Tensor.zeros(type, Shape.of(0, 40));
                assertEquals(0, wide.sum(0).sum().item());
                assertEquals(40, wide.mean(0).isNaN().sum().item());
            }
            assertEquals(Shape.of(3, 0), Tensor.zeros(Shape.of(3, 0)).softmax(1).shape());
            assertEquals(Shape.of(0, 3), Tensor.zeros(Shape.of(0, 3)).logSoftmax(0).shape());
        });
    }

    @Test
    void scalars() {
        everywhere(() -> {
            for (ReduceKind kind : ReduceKind.values()) {
                Tensor x = Tensor.scalar(DType.F64, -3);
                double expected = switch (kind) {
                    case SUM_SQUARES -> 9;
                    case SUM_ABS -> 3;
                    case ARGMAX, ARGMIN -> 0;
                    case ANY, ALL -> 1;
                    default -> -3;
                };
                assertEquals(expected, x.reduce(kind, false).item(), kind.toString());
                assertEquals(Shape.scalar(), x.reduce(kind, true).shape());
            }
        });
    }

    /** Every set of axes of a tensor of rank 4 and every kind, against sums over indices, on whole numbers. */
    @Test
    void everySetOfAxes() {
        NaiveArray model = NaiveArray.numbered(2, 3, 9, 4);
        everywhere(() -> {
            for (DType type : new DType[] {DType.F32, DType.F64, DType.I32}) {
                NaiveArray whole = new NaiveArray(model.shape(), java.util.Arrays.stream(model.values()).map(v -> Math.rint(v) + 0.0).toArray());
                for (Tensor x : List.of(whole.tensor().to(type), whole.strided().to(type), whole.tensor().to(type).flip(1).flip(1).t().contiguous().t())) {
                    for (int mask = 1; mask < 16; mask++) {
                        sets(whole, x, mask);
                    }
                }
            }
        });
    }

    private static void sets(NaiveArray whole, Tensor x, int mask) {
        List<Integer> chosen = new ArrayList<>();
        boolean[] gone = new boolean[4];
        for (int a = 0; a < 4; a++) {
            gone[a] = (mask >> a & 1) == 1;
            if (gone[a]) {
                chosen.add(0, a % 2 == 0 ? a : a - 4);
            }
        }
        int[] axes = chosen.stream().mapToInt(Integer::intValue).toArray();
        assertArrayEquals(whole.fold(gone, 0, Double::sum).values(), x.sum(axes).toDoubles());
        assertArrayEquals(whole.fold(gone, Double.NEGATIVE_INFINITY, Math::max).values(), x.max(true, axes).toDoubles());
        assertArrayEquals(whole.fold(gone, Double.POSITIVE_INFINITY, Math::min).values(), x.min(axes).toDoubles());
        assertArrayEquals(whole.fold(gone, 0, (r, v) -> r + v * v).values(), x.reduce(ReduceKind.SUM_SQUARES, false, axes).toDoubles());
        assertArrayEquals(whole.fold(gone, 0, (r, v) -> r + Math.abs(v)).values(), x.norm(1, false, axes).toDoubles());
        assertArrayEquals(whole.fold(gone, 0, (r, v) -> v != 0 ? 1 : r).values(), x.any(axes).toDoubles());
        assertArrayEquals(whole.fold(gone, 1, (r, v) -> v != 0 ? r : 0).values(), x.all(axes).toDoubles());
    }

    @Test
    void longSumsKeepSmallTerms() {
        everywhere(() -> {
            int n = 300_000;
            Tensor x = Tensor.full(Shape.of(n), 0.1);
            assertEquals(n * (double) 0.1f, x.sum().item(), n * 0.1 * 1e-6);
            assertEquals((double) 0.1f, x.mean().item(), 1e-7);
            assertEquals(n / 3 * (double) 0.1f, x.reshape(-1, 3).sum(0).at(1), n / 3 * 0.1 * 1e-6);
            assertEquals(n * (double) 0.1f, x.cumsum(0).at(-1), n * 0.1 * 1e-6);
        });
    }
}
