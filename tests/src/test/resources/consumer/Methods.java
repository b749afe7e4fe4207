import loam.methods.Registry;
import loam.methods.data.Digits;
import loam.tensor.kernel.KernelSets;

/** Uses loam-methods without the libraries of its command line: bundled data and the list of methods. */
public class Methods {
    public static void main(String[] arguments) {
        System.out.println(Registry.load().methods().size() + " methods");
        if (Digits.load().size() != 1797) {
            throw new AssertionError("digits: " + Digits.load().size());
        }
        System.out.println("kernels " + KernelSets.chosen().name());
        System.out.println("Methods ok");
    }
}
