import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.KernelSets;

/** Uses loam-tensor alone. */
public class Tensors {
    public static void main(String[] arguments) {
        Tensor a = Tensor.randn(Shape.of(5, 3), Rng.seed(0));
        Tensor b = Tensor.randn(Shape.of(3, 4), Rng.seed(1));
        double[] product = a.matmul(b).toDoubles();
        double[] left = a.toDoubles();
        double[] right = b.toDoubles();
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    sum += left[i * 3 + k] * right[k * 4 + j];
                }
                if (Math.abs(sum - product[i * 4 + j]) > 1e-5) {
                    throw new AssertionError(i + "," + j + ": " + sum + " and " + product[i * 4 + j]);
                }
            }
        }
        try {
            a.matmul(a);
            throw new AssertionError("shapes that do not fit");
        } catch (ShapeException e) {
            System.out.println(e.getMessage().lines().findFirst().get());
        }
        System.out.println("kernels " + KernelSets.chosen().name());
        System.out.println("Tensors ok");
    }
}
