package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Running product along an axis; the gradient is right where elements are 0, to any order. */
public final class Cumprod extends UnaryOp {
    private final int axis;

    public Cumprod(int axis) {
        this.axis = axis;
    }

    @Override
    public String name() {
        return "cumprod";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.cumprod(axis);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable x = s.input();
        if (x.numel() == 0) {
            return dy;
        }
        if (s.inputValue(0).eq(0).any().item() == 0) {
            return dy.mul(s.output()).flip(axis).cumsum(axis).flip(axis).div(x);
        }
        return withZeros(x, dy);
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /**
     * Without division: element k gets {@code before_k s_k}, with before_k the product of the elements before k and
     * {@code s_k = dy_k + x_(k+1) s_(k+1)}.
     */
    private Variable withZeros(Variable x, Variable dy) {
        int n = x.dim(axis);
        Variable[] out = new Variable[n];
        Variable tail = null;
        for (int k = n - 1; k >= 0; k--) {
            Variable here = dy.narrow(axis, k, 1);
            tail = tail == null ? here : here.add(x.narrow(axis, k + 1, 1).mul(tail));
            out[k] = tail;
        }
        Variable before = null;
        for (int k = 1; k < n; k++) {
            Variable previous = x.narrow(axis, k - 1, 1);
            before = before == null ? previous : before.mul(previous);
            out[k] = out[k].mul(before);
        }
        return Ops.cat(axis, out);
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cumprod")
                .sample("last", in -> in[0].cumprod(-1), OpSpec.input(0.5, 1.5, 3, 37))
                .sample("first", in -> in[0].cumprod(0), OpSpec.input(-1.5, -0.5, 5, 4))
                .sample("zeros", in -> in[0].where(in[1].value(), 0).cumprod(1), OpSpec.input(-1, 1, 3, 6), OpSpec.mask(3, 6));
    }
}
