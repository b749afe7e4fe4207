import java.util.List;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.optim.Sgd;
import loam.tensor.Tensor;
import loam.tensor.kernel.KernelSets;

/** Uses loam-optim alone: gradient descent on (w - 3)^2. */
public class Descent {
    public static void main(String[] arguments) {
        Parameter w = new Parameter(Tensor.of(0, 10, -2));
        Sgd sgd = new Sgd(List.of(w), 0.1);
        for (int step = 0; step < 100; step++) {
            Variable loss = w.sub(3).pow(2).sum();
            sgd.step(loss);
        }
        for (double value : w.value().toDoubles()) {
            if (Math.abs(value - 3) > 1e-4) {
                throw new AssertionError("ended at " + value);
            }
        }
        System.out.println("kernels " + KernelSets.chosen().name());
        System.out.println("Descent ok");
    }
}
