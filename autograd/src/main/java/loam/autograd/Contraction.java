package loam.autograd;

import java.util.Arrays;
import loam.tensor.Einsum;
import loam.tensor.Operand;

/** Einstein's notation on variables: the same plan as on tensors, made of differentiable steps. */
final class Contraction implements Einsum.Algebra<Variable> {
    private Contraction() {
    }

    static Variable einsum(String equation, Operand... operands) {
        return Einsum.run(equation, new Contraction(), Arrays.stream(operands).map(Variable::from).toList());
    }

    @Override
    public Variable permute(Variable x, int... axes) {
        return x.permute(axes);
    }

    @Override
    public Variable reshape(Variable x, int... dims) {
        return x.reshape(dims);
    }

    @Override
    public Variable diagonal(Variable x, int a, int b) {
        return Ops.diagonal(x, 0, a, b);
    }

    @Override
    public Variable sum(Variable x, int... axes) {
        return x.sum(axes);
    }

    @Override
    public Variable mul(Variable a, Variable b) {
        return a.mul(b);
    }

    @Override
    public Variable matmul(Variable a, Variable b) {
        return a.matmul(b);
    }
}
