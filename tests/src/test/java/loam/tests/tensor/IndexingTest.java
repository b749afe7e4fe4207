package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.Supplier;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reading and adding at indices, diagonals and triangles, against loops, on every kernel set and several types. Would catch a negative or
 * expanded index misread, a view taken for dense, added elements lost when an index repeats, and offsets of diagonals off by one.
 */
@Tag("fast")
class IndexingTest {
    private static void everywhere(Runnable body) {
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, (Supplier<Void>) () -> {
                body.run();
                return null;
            });
        }
    }

    private static Tensor indices(Random r, int extent, int... shape) {
        int[] v = new int[Shape.of(shape).numel()];
        for (int i = 0; i < v.length; i++) {
            v[i] = r.nextInt(2 * extent) - extent;
        }
        return Tensor.ofInts(Shape.of(shape), v);
    }

    @Test
    void gatherAndScatter() {
        everywhere(() -> {
            Random r = new Random(3);
            for (DType type : new DType[] {DType.F32, DType.F64, DType.I32, DType.I64}) {
                for (int axis = 0; axis < 2; axis++) {
                    Tensor x = NaiveArray.numbered(5, 9).strided().mul(8).to(type);
                    int n = x.dim(axis);
                    Tensor index = axis == 0 ? indices(r, n, 7, 6) : indices(r, n, 4, 13);
                    Tensor src = NaiveArray.numbered(index.shape().toArray()).strided().mul(8).to(type);
                    double[] added = x.toDoubles();
                    Tensor got = x.gather(axis, index);
                    for (int i = 0; i < index.dim(0); i++) {
                        for (int j = 0; j < index.dim(1); j++) {
                            int k = Math.floorMod((int) index.at(i, j), n);
                            assertEquals(axis == 0 ? x.at(k, j) : x.at(i, k), got.at(i, j));
                            added[axis == 0 ? k * 9 + j : i * 9 + k] += src.at(i, j);
                        }
                    }
                    assertArrayEquals(added, x.scatterAdd(axis - 2, index, src).toDoubles());
                }
            }
        });
    }

    @Test
    void expandedIndicesAndInputs() {
        everywhere(() -> {
            Tensor x = Tensor.of(Shape.of(1, 3), 10, 20, 30).expand(Shape.of(4, 3));
            Tensor index = Tensor.ofLongs(Shape.of(1, 2), 2, -3).expand(Shape.of(4, 2));
            assertArrayEquals(new double[] {30, 10, 30, 10, 30, 10, 30, 10}, x.gather(1, index).toDoubles());
            assertArrayEquals(new double[] {5, 0, 5}, Tensor.zeros(Shape.of(3)).scatterAdd(0, Tensor.ofInts(Shape.of(1), 0).expand(Shape.of(5)), Tensor.ones(Shape.of(5)))
                    .add(Tensor.of(0, 0, 5)).toDoubles());
            assertArrayEquals(new double[] {20, 30, 10, 20}, x.takeAlong(1, Tensor.ofInts(Shape.of(2, 2), 1, 2, 0, 1).narrow(0, 0, 2).reshape(2, 2)
                    .indexSelect(0, 0, 1, 0, 1)).narrow(0, 0, 2).toDoubles());
            assertEquals(Shape.of(4, 1), x.takeAlong(1, Tensor.ofInts(Shape.of(1, 1), 2)).shape());
            assertArrayEquals(new double[] {30, 10, 30, 10}, x.indexSelect(1, Tensor.ofInts(Shape.of(2), -1, 0)).narrow(0, 1, 2).toDoubles());
            assertEquals(Shape.of(0, 3), x.indexSelect(0, new int[0]).shape());
            assertEquals(Shape.of(0, 2), x.gather(0, Tensor.zeros(DType.I64, Shape.of(0, 2))).shape());
        });
    }

    @Test
    void masks() {
        everywhere(() -> {
            Tensor x = NaiveArray.numbered(3, 4).strided();
            Tensor rows = Tensor.ofBooleans(Shape.of(3, 1), true, false, true);
            assertArrayEquals(Tensor.cat(0, x.select(0, 0), x.select(0, 2)).toDoubles(), x.maskedSelect(rows).toDoubles());
            assertEquals(0, x.maskedSelect(Tensor.zeros(DType.BOOL, Shape.of(4))).numel());
            Tensor filled = x.maskedFill(rows, -1);
            assertEquals(DType.F64, filled.dtype());
            assertEquals(-8 + x.select(0, 1).sum().item(), filled.sum().item());
            assertArrayEquals(new long[] {0, 1, 1, 0}, Tensor.of(Shape.of(2, 2), 0, 3, -1, 0).nonzero().toLongs());
            assertEquals(Shape.of(1, 0), Tensor.scalar(2).nonzero().shape());
            assertEquals(Shape.of(0, 2), Tensor.zeros(Shape.of(0, 3)).nonzero().shape());
            assertArrayEquals(new double[] {0, 0, 1, 1, 0, 0}, Tensor.ofInts(Shape.of(2), 2, 0).oneHot(3).toDoubles());
        });
    }

    @Test
    void addingRows() {
        everywhere(() -> {
            Tensor x = Tensor.zeros(DType.F64, Shape.of(2, 3));
            Tensor src = NaiveArray.numbered(2, 4).tensor();
            double[] expected = new double[6];
            int[] index = {2, 0, 2, -2};
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 4; j++) {
                    expected[i * 3 + Math.floorMod(index[j], 3)] += src.at(i, j);
                }
            }
            assertArrayEquals(expected, x.indexAdd(1, Tensor.ofInts(Shape.of(4), index), src).toDoubles());
            assertEquals(0, x.sum().item());
        });
    }

    @Test
    void diagonalsAndTriangles() {
        everywhere(() -> {
            for (DType type : new DType[] {DType.F32, DType.I64, DType.BOOL}) {
                Tensor x = NaiveArray.numbered(2, 4, 5).strided().to(type);
                for (int offset = -6; offset <= 6; offset++) {
                    Tensor d = x.diagonal(offset, 1, 2);
                    Tensor turned = x.diagonal(offset, -1, -2);
                    int n = 0;
                    for (int i = 0; i < 4; i++) {
                        for (int j = 0; j < 5; j++) {
                            if (j - i == offset) {
                                assertEquals(x.at(1, i, j), d.at(1, n++));
                            }
                            assertEquals(j - i <= offset ? x.at(1, i, j) : 0, x.tril(offset).at(1, i, j));
                            assertEquals(j - i >= offset ? x.at(1, i, j) : 0, x.triu(offset).at(1, i, j));
                        }
                    }
                    assertEquals(Shape.of(2, n), d.shape());
                    assertEquals(x.transpose(1, 2).diagonal(offset, 1, 2).contiguous().sum().item(), turned.sum().item());
                    assertEquals(type, x.tril(offset).dtype());
                }
            }
            Tensor e = Tensor.of(Shape.of(1, 3), 1, 2, 3).diagEmbed();
            assertArrayEquals(new double[] {1, 0, 0, 0, 2, 0, 0, 0, 3}, e.toDoubles());
            assertEquals(6, e.trace().item());
        });
    }

    @Test
    void piecesOfJoinedTensorsComeBack() {
        everywhere(() -> {
            Tensor a = NaiveArray.numbered(3, 0, 2).tensor();
            Tensor b = NaiveArray.numbered(3, 4, 2).strided();
            Tensor c = NaiveArray.numbered(3, 4, 2).tensor().to(DType.F32);
            Tensor all = Tensor.cat(1, a, b, c, b);
            assertEquals(DType.F64, all.dtype());
            Tensor[] parts = all.split(1, 4);
            for (Tensor p : parts) {
                assertArrayEquals(b.toDoubles(), p.toDoubles());
            }
            assertEquals(5, all.chunk(1, 5)[0].dim(1) + all.chunk(1, 5)[3].dim(1) - 1);
            assertEquals(4, all.chunk(1, 5).length);
            Tensor bytes = Tensor.cat(-1, Tensor.ofInts(Shape.of(2, 1), 250, 3).to(DType.U8), Tensor.ofInts(Shape.of(2, 2), 1, 2, 3, 255).to(DType.U8));
            assertArrayEquals(new int[] {250, 1, 2, 3, 3, 255}, bytes.toInts());
            assertArrayEquals(new double[] {7, 7, 1, 7, 7, 2}, Tensor.of(Shape.of(2, 1), 1, 2).pad(new int[] {0, 2}, new int[] {0, 0}, 7).toDoubles());
            assertArrayEquals(new double[] {1, 2, 1, 2, 1, 2, 1, 2}, Tensor.of(1, 2).repeat(2, 2).toDoubles());
            assertEquals(Shape.of(0, 2), Tensor.of(1, 2).repeat(0, 1).shape());
            assertEquals(Shape.of(2, 2, 3), Tensor.stack(-1, Tensor.ones(Shape.of(2, 2)), Tensor.zeros(Shape.of(2, 2)), Tensor.ones(Shape.of(2, 2))).shape());
        });
    }
}
