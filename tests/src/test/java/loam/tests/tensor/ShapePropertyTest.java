package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.CompareKind;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/**
 * Shapes, views, broadcasting, reductions and moves against a naive model, on random shapes with empty, single and scalar extents.
 * Would catch a wrong stride, offset, axis order or broadcast in any of them, also when the input is itself a view.
 */
@Tag("fast")
class ShapePropertyTest {
    private static final int MOST = 4;

    /** Two shapes that broadcast, and their common shape. */
    record Pair(int[] a, int[] b, int[] common) {
        @Override
        public String toString() {
            return Arrays.toString(a) + " " + Arrays.toString(b);
        }
    }

    @Provide
    Arbitrary<int[]> shapes() {
        return Arbitraries.integers().between(0, MOST).array(int[].class).ofMaxSize(4);
    }

    @Provide
    Arbitrary<int[]> filledShapes() {
        return Arbitraries.integers().between(1, MOST).array(int[].class).ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Pair> pairs() {
        return Combinators.combine(shapes(), Arbitraries.longs(), Arbitraries.integers().between(0, 4)).as((common, seed, cut) -> {
            Random random = new Random(seed);
            int[] a = common.clone();
            int[] b = common.clone();
            for (int i = 0; i < common.length; i++) {
                int which = random.nextInt(4);
                a[i] = which == 0 ? 1 : a[i];
                b[i] = which == 1 ? 1 : b[i];
            }
            int shorter = Math.min(cut, common.length);
            int[] tail = Arrays.copyOfRange(b, shorter, b.length);
            int[] joint = common.clone();
            for (int i = 0; i < joint.length; i++) {
                int other = i < shorter ? 1 : tail[i - shorter];
                joint[i] = a[i] == 1 ? other : a[i];
            }
            return random.nextBoolean() ? new Pair(a, tail, joint) : new Pair(tail, a, joint);
        });
    }

    @Property(seed = "1")
    void broadcasting(@ForAll("pairs") Pair p, @ForAll boolean viewA, @ForAll boolean viewB) {
        NaiveArray a = NaiveArray.numbered(p.a());
        NaiveArray b = NaiveArray.numbered(p.b());
        Tensor x = viewA ? a.strided() : a.tensor();
        Tensor y = viewB ? b.strided() : b.tensor();
        same(NaiveArray.combine(p.common(), a, b, (u, v) -> u - v), x.sub(y));
        same(NaiveArray.combine(p.common(), a, b, (u, v) -> u * v), x.mul(y));
        same(NaiveArray.combine(p.common(), a, b, Math::max), x.maximum(y));
        same(NaiveArray.combine(p.common(), a, b, (u, v) -> u < v ? 1 : 0), x.compare(CompareKind.LT, y));
        same(NaiveArray.combine(p.common(), a, b, (u, v) -> u < v ? u : v), Tensor.where(x.lt(y), x, y));
        assertArrayEquals(p.common(), Shape.broadcast("test", Shape.of(p.a()), Shape.of(p.b())).toArray());
    }

    @Property(seed = "1")
    void shapesThatDoNotBroadcastAreRefused(@ForAll("filledShapes") int[] shape, @ForAll int where) {
        int axis = Math.floorMod(where, shape.length);
        int[] a = shape.clone();
        int[] b = shape.clone();
        a[axis] = 2;
        b[axis] = 3;
        Tensor x = NaiveArray.numbered(a).tensor();
        Tensor y = NaiveArray.numbered(b).tensor();
        assertThrows(ShapeException.class, () -> x.add(y));
        assertThrows(ShapeException.class, () -> x.eq(y));
        assertThrows(ShapeException.class, () -> x.expand(Shape.of(b)));
    }

    /** Chains of views keep every element where the model has it. */
    @Property(seed = "1")
    void chainsOfViews(@ForAll("filledShapes") int[] shape, @ForAll long seed, @ForAll boolean strided) {
        Random random = new Random(seed);
        NaiveArray model = NaiveArray.numbered(shape);
        Tensor t = strided ? model.strided() : model.tensor();
        for (int step = 0; step < 5; step++) {
            Step s = step(random, model, t);
            model = s.model();
            t = s.tensor();
            same(model, t);
        }
        same(model, t.contiguous());
        same(NaiveArray.combine(model.shape(), model, model, Double::sum), t.add(t));
    }

    private record Step(NaiveArray model, Tensor tensor) {
    }

    private static Step step(Random random, NaiveArray m, Tensor t) {
        int rank = m.shape().length;
        int axis = rank == 0 ? 0 : random.nextInt(rank);
        int extent = rank == 0 ? 0 : m.shape()[axis];
        int signed = random.nextBoolean() ? axis : axis - rank;
        switch (rank == 0 ? 3 : random.nextInt(7)) {
            case 0 -> {
                int start = random.nextInt(extent + 1);
                int length = random.nextInt(extent - start + 1);
                length = Math.max(length, start < extent ? 1 : 0);
                start = length == 0 ? 0 : start;
                length = length == 0 ? extent : length;
                int from = start;
                return new Step(m.pick(with(m.shape(), axis, length), i -> with(i, axis, i[axis] + from)), t.narrow(signed, start, length));
            }
            case 1 -> {
                int at = random.nextInt(extent);
                return new Step(m.pick(without(m.shape(), axis), i -> insert(i, axis, at)), t.select(signed, random.nextBoolean() ? at : at - extent));
            }
            case 2 -> {
                int[] order = shuffled(random, rank);
                int[] to = new int[rank];
                for (int i = 0; i < rank; i++) {
                    to[i] = m.shape()[order[i]];
                }
                return new Step(m.pick(to, i -> {
                    int[] from = new int[rank];
                    for (int k = 0; k < rank; k++) {
                        from[order[k]] = i[k];
                    }
                    return from;
                }), t.permute(order));
            }
            case 3 -> {
                int place = random.nextInt(rank + 1);
                return new Step(m.pick(insert(m.shape(), place, 1), i -> without(i, place)), t.unsqueeze(place));
            }
            case 4 -> {
                int[] flat = {NaiveArray.count(m.shape())};
                return new Step(new NaiveArray(flat, m.values()), t.reshape(random.nextBoolean() ? -1 : flat[0]));
            }
            case 5 -> {
                int times = 1 + random.nextInt(2);
                int[] to = insert(m.shape(), 0, times);
                return new Step(m.pick(to, i -> without(i, 0)), t.expand(Shape.of(to)));
            }
            default -> {
                int by = 1 + random.nextInt(3);
                int start = random.nextInt(extent);
                int length = (extent - start + by - 1) / by;
                return new Step(m.pick(with(m.shape(), axis, length), i -> with(i, axis, start + i[axis] * by)), t.slice(signed, start, extent, by));
            }
        }
    }

    @Property(seed = "1")
    void reductions(@ForAll("shapes") int[] shape, @ForAll int mask, @ForAll boolean keepDims, @ForAll boolean strided) {
        NaiveArray m = NaiveArray.numbered(shape);
        Tensor t = strided ? m.strided() : m.tensor();
        boolean[] gone = new boolean[shape.length];
        int[] axes = new int[shape.length];
        int n = 0;
        for (int i = 0; i < shape.length; i++) {
            gone[i] = (mask >> i & 1) == 1;
            if (gone[i]) {
                axes[n++] = (mask >> 8 & 1) == 1 ? i : i - shape.length;
            }
        }
        if (n == 0) {
            Arrays.fill(gone, true);
        }
        int[] over = Arrays.copyOf(axes, n);
        close(kept(m.fold(gone, 0, Double::sum), gone, keepDims), t.sum(keepDims, over));
        close(kept(m.fold(gone, 1, (a, b) -> a * b), gone, false), t.prod(over));
        boolean empty = false;
        for (int i = 0; i < shape.length; i++) {
            empty |= shape[i] == 0;
        }
        if (!empty) {
            close(kept(m.fold(gone, Double.NEGATIVE_INFINITY, Math::max), gone, keepDims), t.max(keepDims, over));
            close(kept(m.fold(gone, Double.POSITIVE_INFINITY, Math::min), gone, keepDims), t.min(keepDims, over));
        }
    }

    private static NaiveArray kept(NaiveArray m, boolean[] gone, boolean keepDims) {
        int[] shape = m.shape();
        for (int i = gone.length - 1; i >= 0 && !keepDims; i--) {
            shape = gone[i] ? without(shape, i) : shape;
        }
        return new NaiveArray(shape, m.values());
    }

    @Property(seed = "1")
    void moves(@ForAll("filledShapes") int[] shape, @ForAll long seed, @ForAll boolean strided) {
        Random random = new Random(seed);
        int axis = random.nextInt(shape.length);
        int n = shape[axis];
        NaiveArray m = NaiveArray.numbered(shape);
        Tensor t = strided ? m.strided() : m.tensor();
        same(m.pick(shape, i -> with(i, axis, n - 1 - i[axis])), t.flip(axis));
        int shift = random.nextInt(9) - 4;
        same(m.pick(shape, i -> with(i, axis, Math.floorMod(i[axis] - shift, n))), t.roll(axis, shift));
        int[] times = new int[shape.length];
        Arrays.fill(times, 1);
        times[axis] = 1 + random.nextInt(3);
        same(m.pick(with(shape, axis, n * times[axis]), i -> with(i, axis, i[axis] % n)), t.repeat(times));
        same(m.pick(with(shape, axis, 2 * n), i -> with(i, axis, i[axis] % n)), Tensor.cat(axis, t, t));
        same(m.pick(insert(shape, axis, 3), i -> without(i, axis)), Tensor.stack(axis, t, t, t));
        int[] rows = random.ints(5, 0, n).toArray();
        same(m.pick(with(shape, axis, 5), i -> with(i, axis, rows[i[axis]])), t.indexSelect(axis, rows));
        int[] before = new int[shape.length];
        int[] after = new int[shape.length];
        before[axis] = random.nextInt(3);
        after[axis] = random.nextInt(3);
        Tensor padded = t.pad(before, after, 9.5);
        same(m, padded.narrow(axis, before[axis], n));
        assertArrayEquals(with(shape, axis, n + before[axis] + after[axis]), padded.shape().toArray());
        close(new NaiveArray(new int[0], new double[] {sum(m) + 9.5 * (padded.numel() - m.values().length)}), padded.sum());
    }

    @Property(seed = "1")
    void matrixProducts(@ForAll("pairs") Pair batch, @ForAll long seed, @ForAll boolean viewA, @ForAll boolean viewB) {
        Random random = new Random(seed);
        int rows = random.nextInt(MOST + 1);
        int inner = random.nextInt(MOST + 1);
        int columns = random.nextInt(MOST + 1);
        NaiveArray a = NaiveArray.numbered(append(batch.a(), rows, inner));
        NaiveArray b = NaiveArray.numbered(append(batch.b(), inner, columns));
        int[] to = append(batch.common(), rows, columns);
        double[] v = new double[NaiveArray.count(to)];
        for (int i = 0; i < v.length; i++) {
            int[] at = NaiveArray.index(to, i);
            for (int k = 0; k < inner; k++) {
                v[i] += a.broadcastAt(with(at, at.length - 1, k)) * b.broadcastAt(with(at, at.length - 2, k));
            }
        }
        close(new NaiveArray(to, v), (viewA ? a.strided() : a.tensor()).matmul(viewB ? b.strided() : b.tensor()));
    }

    private static double sum(NaiveArray m) {
        return Arrays.stream(m.values()).sum();
    }

    private static void same(NaiveArray expected, Tensor got) {
        check(expected, got, 0);
    }

    private static void close(NaiveArray expected, Tensor got) {
        check(expected, got, 1e-9);
    }

    private static void check(NaiveArray expected, Tensor got, double tolerance) {
        assertArrayEquals(expected.shape(), got.shape().toArray(), "shape");
        double[] values = got.to(loam.tensor.DType.F64).toDoubles();
        double scale = Math.max(1, Arrays.stream(expected.values()).map(Math::abs).max().orElse(1));
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - expected.values()[i]) <= tolerance * scale)) {
                throw new AssertionError("element " + i + " of " + Arrays.toString(expected.shape()) + " is " + values[i] + ", expected " + expected.values()[i]);
            }
        }
    }

    private static int[] shuffled(Random random, int n) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            out[i] = out[j];
            out[j] = i;
        }
        return out;
    }

    private static int[] append(int[] a, int... b) {
        int[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }

    private static int[] with(int[] a, int axis, int value) {
        int[] out = a.clone();
        out[axis] = value;
        return out;
    }

    private static int[] without(int[] a, int axis) {
        int[] out = new int[a.length - 1];
        System.arraycopy(a, 0, out, 0, axis);
        System.arraycopy(a, axis + 1, out, axis, a.length - axis - 1);
        return out;
    }

    private static int[] insert(int[] a, int axis, int value) {
        int[] out = new int[a.length + 1];
        System.arraycopy(a, 0, out, 0, axis);
        out[axis] = value;
        System.arraycopy(a, axis, out, axis + 1, a.length - axis);
        return out;
    }
}
