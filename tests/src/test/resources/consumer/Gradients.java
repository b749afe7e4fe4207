import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.KernelSets;

/** Uses loam-autograd alone: first and second derivative of x^3. */
public class Gradients {
    public static void main(String[] arguments) {
        Variable x = Variable.of(Tensor.of(1, 2, 3)).requiresGrad();
        Variable first = Grad.grad(x.pow(3).sum(), x, Grad.CREATE_GRAPH);
        Variable second = Grad.grad(first.sum(), x);
        double[] d1 = first.value().toDoubles();
        double[] d2 = second.value().toDoubles();
        for (int i = 0; i < 3; i++) {
            double v = i + 1;
            if (Math.abs(d1[i] - 3 * v * v) > 1e-4 || Math.abs(d2[i] - 6 * v) > 1e-4) {
                throw new AssertionError(v + ": " + d1[i] + ", " + d2[i]);
            }
        }
        System.out.println("kernels " + KernelSets.chosen().name());
        System.out.println("Gradients ok");
    }
}
