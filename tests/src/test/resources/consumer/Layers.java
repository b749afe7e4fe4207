import loam.autograd.Parameter;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.kernel.KernelSets;

/** Uses loam-nn alone: a forward pass, its gradients, and what a wrong input gets. */
public class Layers {
    public static void main(String[] arguments) {
        Rng rng = Rng.seed(0);
        Sequential model = new Sequential(new Linear(4, 8, rng), new Relu(), new Linear(8, 3, rng));
        Tensor x = Tensor.randn(Shape.of(5, 4), rng.split("x"));
        Losses.crossEntropy(model.forward(x), new int[] {0, 1, 2, 0, 1}).item();
        try {
            model.forward(Tensor.zeros(Shape.of(5, 7)));
            throw new AssertionError("shapes that do not fit");
        } catch (ShapeException e) {
            System.out.println(e.getMessage());
        }
        if (model.parameters().stream().mapToLong(Parameter::numel).sum() != 4 * 8 + 8 + 8 * 3 + 3) {
            throw new AssertionError("parameters: " + model.parameters());
        }
        System.out.println("kernels " + KernelSets.chosen().name());
        System.out.println("Layers ok");
    }
}
