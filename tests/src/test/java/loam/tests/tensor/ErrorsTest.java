package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import loam.autograd.Ops;
import loam.tensor.ArgumentException;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.IndexException;
import loam.tensor.LoamException;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What a mistake looks like. Would catch an error of the wrong type, one that comes from deep inside (array bounds, division by zero), or
 * one that leaves out the operation, the shapes, the axis or the hint; and a check that comes after something was written.
 */
@Tag("fast")
class ErrorsTest {
    private final Tensor a = NaiveArray.numbered(2, 3).tensor();
    private final Tensor b = NaiveArray.numbered(4, 5).tensor();
    private final Tensor index = Tensor.ofLongs(Shape.of(2), 0, 5);
    private final Tensor mask = Tensor.zeros(DType.BOOL, Shape.of(2, 2));

    /** One mistake: what it must be and say. */
    private record Mistake(Class<? extends LoamException> type, Executable body, String... says) {
    }

    private List<Mistake> arithmetic() {
        List<Mistake> all = new ArrayList<>();
        all.add(new Mistake(ShapeException.class, () -> a.add(b), "add: shapes do not broadcast: 3 against 5", "[2, 3]   axis 1", "[4, 5]   axis 1", "hint"));
        all.add(new Mistake(ShapeException.class, () -> a.lt(b), "lt: shapes do not broadcast"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.where(mask, a, a), "where: shapes do not broadcast"));
        all.add(new Mistake(DTypeException.class, () -> a.where(a, a), "where: needs BOOL, condition is F64", "hint"));
        all.add(new Mistake(ShapeException.class, () -> a.matmul(b), "matmul: inner extents differ: 3 against 4", "left   [2, 3]   axis 1", "right  [4, 5]   axis 0", "hint"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.scalar(1).matmul(a), "matmul: needs at least one axis", "use mul"));
        all.add(new Mistake(ShapeException.class, () -> a.linear(b, null, Activation.NONE), "linear: input has 3 features, the weight expects 5", "axis 1"));
        all.add(new Mistake(ShapeException.class, () -> a.linear(a, Tensor.zeros(Shape.of(3)), Activation.NONE), "linear: one bias for each output"));
        all.add(new Mistake(ShapeException.class, () -> a.sum(2), "sum: axis 2 is outside a tensor of rank 2", "axes run from -2 to 1"));
        all.add(new Mistake(ShapeException.class, () -> a.sum(0, -2), "sum: axis 0 is named twice"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.scalar(1).sum(0), "sum: axis 0", "a scalar has no axes"));
        all.add(new Mistake(ShapeException.class, () -> a.softmax(-3), "softmax: axis -3"));
        all.add(new Mistake(ShapeException.class, () -> a.cumsum(5), "cumsum: axis 5"));
        all.add(new Mistake(ArgumentException.class, () -> a.norm(0, false), "norm: p is 0"));
        return all;
    }

    private List<Mistake> views() {
        List<Mistake> all = new ArrayList<>();
        all.add(new Mistake(IndexException.class, () -> a.narrow(1, 2, 2), "narrow: elements 2 to 4 are outside an extent of 3", "[2, 3]   axis 1", "hint"));
        all.add(new Mistake(IndexException.class, () -> a.narrow(1, 0, -1), "narrow"));
        all.add(new Mistake(IndexException.class, () -> a.select(0, -3), "select: index -3 is outside an extent of 2"));
        all.add(new Mistake(ArgumentException.class, () -> a.slice(0, 0, 2, 0), "slice: step is 0", "flip"));
        all.add(new Mistake(ShapeException.class, () -> a.permute(0), "permute: 1 axes for a tensor of rank 2"));
        all.add(new Mistake(ShapeException.class, () -> a.permute(0, 0), "permute: axis 0 is named twice"));
        all.add(new Mistake(ShapeException.class, () -> a.transpose(0, 2), "transpose: axis 2"));
        all.add(new Mistake(ShapeException.class, () -> a.reshape(4), "reshape: 6 elements cannot become 4", "hint"));
        all.add(new Mistake(ShapeException.class, () -> a.reshape(4, -1), "reshape: 6 elements do not divide by 4"));
        all.add(new Mistake(ShapeException.class, () -> a.reshape(-1, -1), "reshape"));
        all.add(new Mistake(ShapeException.class, () -> a.reshape(-2, -3), "reshape: an extent is negative"));
        all.add(new Mistake(ShapeException.class, () -> a.expand(Shape.of(2, 4)), "expand: only axes of extent 1 can grow", "[2, 3]", "[2, 4]"));
        all.add(new Mistake(ShapeException.class, () -> a.expand(Shape.of(3)), "expand"));
        all.add(new Mistake(ShapeException.class, () -> a.flatten(1, 0), "flatten: the first axis lies after the last"));
        all.add(new Mistake(ShapeException.class, () -> a.unsqueeze(4), "unsqueeze: axis 4 is outside -3..2"));
        all.add(new Mistake(ShapeException.class, () -> a.squeeze(2), "squeeze: axis 2"));
        all.add(new Mistake(ShapeException.class, () -> a.diagonal(0, 1, -1), "diagonal: the two axes are the same"));
        all.add(new Mistake(ShapeException.class, () -> a.select(0, 0).tril(0), "tril: needs matrices"));
        return all;
    }

    private List<Mistake> indexing() {
        List<Mistake> all = new ArrayList<>();
        all.add(new Mistake(IndexException.class, () -> a.indexSelect(0, index), "index_select: index 5 is outside an extent of 2", "[2, 3]   axis 0"));
        all.add(new Mistake(DTypeException.class, () -> a.indexSelect(0, Tensor.zeros(Shape.of(2))), "index_select: an index must be I32 or I64, this is F32", "hint"));
        all.add(new Mistake(DTypeException.class, () -> a.gather(0, mask), "gather: an index must be I32 or I64, this is BOOL"));
        all.add(new Mistake(ShapeException.class, () -> a.gather(0, index), "gather", "[2, 3]"));
        all.add(new Mistake(IndexException.class, () -> a.gather(1, Tensor.ofLongs(Shape.of(1, 1), -4)), "gather: index -4"));
        all.add(new Mistake(ShapeException.class, () -> a.scatterAdd(1, Tensor.zeros(DType.I64, Shape.of(2, 2)), a), "scatter_add: index and source differ in shape"));
        all.add(new Mistake(ShapeException.class, () -> a.indexAdd(0, index, a.t()), "index_add"));
        all.add(new Mistake(ShapeException.class, () -> a.takeAlong(0, index), "take_along: input and index differ in rank"));
        all.add(new Mistake(DTypeException.class, () -> a.maskedSelect(a), "masked_select: the mask must be BOOL"));
        all.add(new Mistake(IndexException.class, () -> index.oneHot(5), "one_hot: label 5 is outside 0..4"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.cat(0, a, b), "cat: extents off the axis differ", "[2, 3]", "[4, 5]"));
        all.add(new Mistake(ArgumentException.class, () -> Tensor.cat(0), "cat: no tensors given"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.stack(0, a, b), "stack: shapes differ", "cat joins"));
        all.add(new Mistake(ArgumentException.class, () -> a.split(0, 0), "split: size is 0"));
        all.add(new Mistake(ArgumentException.class, () -> a.chunk(0, 0), "chunk: count is 0"));
        all.add(new Mistake(ShapeException.class, () -> a.pad(new int[] {1}, new int[] {1}, 0), "pad: one amount before and after for each axis"));
        all.add(new Mistake(ArgumentException.class, () -> a.pad(new int[] {-1, 0}, new int[] {0, 0}, 0), "pad: a negative amount", "narrow"));
        all.add(new Mistake(ShapeException.class, () -> a.repeat(2), "repeat: fewer counts than axes"));
        all.add(new Mistake(ArgumentException.class, () -> a.repeat(-1, 1), "repeat: -1 times 2"));
        return all;
    }

    private List<Mistake> making() {
        List<Mistake> all = new ArrayList<>();
        all.add(new Mistake(ShapeException.class, a::item, "item: a tensor of 6 elements is not one number", "hint"));
        all.add(new Mistake(IndexException.class, () -> a.at(2, 0), "at: index [2, 0] is outside the tensor", "axis 0"));
        all.add(new Mistake(IndexException.class, () -> a.at(0), "at: 1 indices for a tensor of rank 2"));
        all.add(new Mistake(ShapeException.class, () -> Shape.of(2, -1), "shape: an extent is negative"));
        all.add(new Mistake(ShapeException.class, () -> Shape.of(1 << 16, 1 << 16), "shape: more than 2^31-1 elements", "hint"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.of(Shape.of(3), 1, 2), "tensor: 2 values for a shape of 3"));
        all.add(new Mistake(ShapeException.class, () -> Tensor.view(a.storage(), Shape.of(7), new int[] {1}, 0), "view: elements 0..6 are outside a storage of 6"));
        all.add(new Mistake(ArgumentException.class, () -> Tensor.arange(0, 1, 0), "arange: step 0"));
        all.add(new Mistake(ArgumentException.class, () -> Ops.polygamma(0, a), "polygamma: n is 0"));
        all.add(new Mistake(ShapeException.class, () -> Ops.avgPool2d(a, 2, 2, 0), "avg_pool2d: needs images"));
        all.add(new Mistake(ShapeException.class, () -> Ops.globalAvgPool2d(a), "global_avg_pool2d: needs images"));
        all.add(new Mistake(ShapeException.class, () -> Ops.stack(0, a, b), "stack: shapes differ"));
        all.add(new Mistake(ShapeException.class, () -> Ops.indexAdd(a, 0, index, b), "index_add"));
        all.add(new Mistake(DTypeException.class, () -> Ops.maskedSelect(a, a), "masked_select"));
        all.add(new Mistake(ArgumentException.class, () -> Ops.repeat(a, 1), "repeat"));
        all.add(new Mistake(ShapeException.class, () -> Ops.cholesky(a), "cholesky"));
        all.add(new Mistake(ShapeException.class, () -> Ops.solve(Tensor.eye(3), b), "solve"));
        return all;
    }

    @Test
    void mistakesSayWhatIsWrong() {
        double[] before = a.toDoubles();
        List<String> wrong = new ArrayList<>();
        for (Mistake m : Stream.of(arithmetic(), views(), indexing(), making()).flatMap(List::stream).toList()) {
            try {
                LoamException e = assertThrows(m.type(), m.body());
                for (String part : m.says()) {
                    if (!e.getMessage().contains(part)) {
                        wrong.add("missing \"" + part + "\" in: " + e.getMessage());
                    }
                }
            } catch (AssertionError e) {
                wrong.add(m.says()[0] + ": " + e.getMessage());
            }
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
        assertArrayEquals(before, a.toDoubles());
    }

    @Test
    void theWholeMessage() {
        Context.current().enter("features.0 (Linear)");
        try {
            String text = assertThrows(ShapeException.class, () -> a.matmul(b)).getMessage();
            assertEquals("""
                    matmul: inner extents differ: 3 against 4
                      left   [2, 3]   axis 1
                      right  [4, 5]   axis 0
                      hint   the right side may need t()
                      in     features.0 (Linear)""", text);
        } finally {
            Context.current().leave();
        }
    }
}
