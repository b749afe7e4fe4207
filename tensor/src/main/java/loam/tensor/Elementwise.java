package loam.tensor;

import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.UnaryKind;

/** Elementwise operations: types, broadcasting and checks before the kernels. */
final class Elementwise {
    private Elementwise() {
    }

    private static Kernels kernels() {
        return Context.current().kernels();
    }

    static Tensor copy(Tensor x, DType to) {
        Tensor out = Tensor.empty(to, x.shape());
        kernels().copy(x, out);
        return out;
    }

    /**
     * A scalar of the type that arithmetic with a Java number gives: x's own; I64 if x is integer and its type cannot hold the number; F32 if x
     * is integer and the number is not whole.
     */
    static Tensor scalarLike(Tensor x, double value) {
        DType t = x.dtype().arithmetic();
        if (t == DType.BOOL) {
            t = value == Math.rint(value) ? DType.I64 : DType.F32;
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 0x1p53;
        if (t == DType.U8 && (value < 0 || value > 255) || t == DType.I32 && (int) value != value) {
            t = DType.I64;
        }
        return Tensor.full(t.isFloating() || whole ? t : DType.F32, Shape.scalar(), value);
    }

    static Tensor unary(UnaryKind kind, Tensor x, double p, double q) {
        Tensor in = x.to(x.dtype().arithmetic());
        if (!in.dtype().isFloating()) {
            boolean closed = switch (kind) {
                case NEG, ABS, SIGN, SQUARE, RELU, FLOOR, CEIL, ROUND, TRUNC -> in.dtype() != DType.BOOL;
                case CLAMP -> in.dtype() != DType.BOOL && p == Math.rint(p) && q == Math.rint(q);
                default -> false;
            };
            in = closed ? in : in.to(DType.F32);
        }
        Tensor out = Tensor.empty(in.dtype(), in.shape());
        kernels().unary(kind, in, out, p, q);
        return out;
    }

    static Tensor binary(BinaryKind kind, Tensor a, Tensor b) {
        DType t = DType.promote(a.dtype(), b.dtype());
        if (t == DType.BOOL) {
            t = DType.I64;
        }
        if (!t.isFloating() && (kind == BinaryKind.DIV || kind == BinaryKind.ATAN2 || kind.ordinal() >= BinaryKind.RELU_GRAD.ordinal())) {
            t = DType.F32;
        }
        Shape shape = Shape.broadcast(name(kind), a.shape(), b.shape());
        Tensor out = Tensor.empty(t, shape);
        kernels().binary(kind, a.to(t).expand(shape), b.to(t).expand(shape), out);
        return out;
    }

    static Tensor compare(CompareKind kind, Tensor a, Tensor b) {
        DType t = DType.promote(a.dtype(), b.dtype());
        Shape shape = Shape.broadcast(name(kind), a.shape(), b.shape());
        Tensor out = Tensor.empty(DType.BOOL, shape);
        kernels().compare(kind, a.to(t).expand(shape), b.to(t).expand(shape), out);
        return out;
    }

    static Tensor where(Tensor condition, Tensor a, Tensor b) {
        requireBool("where", "condition", condition);
        DType t = a.dtype() == b.dtype() ? a.dtype() : DType.promote(a.dtype(), b.dtype());
        t = t.arithmetic();
        Shape shape = Shape.broadcast("where", Shape.broadcast("where", condition.shape(), a.shape()), b.shape());
        Tensor out = Tensor.empty(t, shape);
        kernels().select(condition.expand(shape), a.to(t).expand(shape), b.to(t).expand(shape), out);
        return out;
    }

    static Tensor logical(String name, Tensor a, Tensor b) {
        requireBool(name, "left", a);
        requireBool(name, "right", b);
        Shape shape = Shape.broadcast(name, a.shape(), b.shape());
        Tensor out = Tensor.empty(DType.BOOL, shape);
        BinaryKind kind = switch (name) {
            case "and" -> BinaryKind.MINIMUM;
            case "or" -> BinaryKind.MAXIMUM;
            default -> null;
        };
        if (kind == null) {
            kernels().compare(CompareKind.NE, a.expand(shape), b.expand(shape), out);
        } else {
            kernels().binary(kind, a.expand(shape), b.expand(shape), out);
        }
        return out;
    }

    static Tensor not(Tensor a) {
        requireBool("not", "input", a);
        return compare(CompareKind.EQ, a, Tensor.zeros(DType.BOOL, Shape.scalar()));
    }

    private static void requireBool(String operation, String name, Tensor t) {
        if (t.dtype() != DType.BOOL) {
            throw Failure.of(operation, "needs BOOL, " + name + " is " + t.dtype()).operand(name, t.shape())
                    .hint("compare first, as in x.gt(0), or convert with to(DType.BOOL)").dtype();
        }
    }

    static String name(Enum<?> kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
