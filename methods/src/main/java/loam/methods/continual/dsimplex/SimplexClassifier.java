package loam.methods.continual.dsimplex;

import java.util.Arrays;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.nn.Layer;
import loam.nn.Module;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;

/**
 * A classifier that is never trained: the K vertices of a regular simplex, one for each class that there is or will be. {@code [N, K-1] -> [N, K]},
 * scores {@code z W'}. W depends on K alone, so all models that use it share it; it is no parameter and not in the state dict
 * (Biondi and others 2024, arXiv:2405.02581).
 */
public final class SimplexClassifier extends Layer {
    private static final String NAME = "simplex classifier";

    private final int classes;
    private final int provider;
    private final int local;
    private final Tensor exact;
    private final Tensor single;

    /** Room for {@code preallocatedClasses} classes, K; the provider and the user may share it as they like. */
    public SimplexClassifier(int preallocatedClasses) {
        this(preallocatedClasses, 0, 0, true);
    }

    /** The same, with the numbers of classes that the provider and the user will need at most; together they must fit. */
    public SimplexClassifier(int preallocatedClasses, int provider, int local) {
        this(preallocatedClasses, provider, local, false);
    }

    private SimplexClassifier(int k, int provider, int local, boolean open) {
        if (k < 2) {
            throw Failure.of(NAME, "a simplex has at least two vertices").fact("classes", k).argument();
        }
        if (provider < 0 || local < 0 || (long) provider + local > k) {
            throw Failure.of(NAME, "the provider's and the user's classes meet in the same slots").fact("slots", k).fact("provider", provider)
                    .fact("local", local).hint("preallocate at least " + ((long) provider + local)).argument();
        }
        this.classes = k;
        this.provider = open ? k : provider;
        this.local = open ? k : local;
        this.exact = vertices(k);
        this.single = exact.to(DType.F32);
    }

    /** Unit vectors, and one more point at the same distance from all; centred, and put on the unit sphere. */
    private static Tensor vertices(int k) {
        int n = k - 1;
        double[] w = new double[k * n];
        for (int i = 0; i < n; i++) {
            w[i * n + i] = 1;
        }
        Arrays.fill(w, n * n, k * n, (1 - Math.sqrt(1.0 + n)) / n);
        Tensor points = Tensor.ofDoubles(Shape.of(k, n), w);
        Tensor centred = points.sub(points.mean(true, 0));
        return centred.div(centred.norm(2, true, 1));
    }

    /** W, F32 [K, K-1]. */
    public Tensor weights() {
        return single;
    }

    /** W in a floating type, F32 or F64. */
    public Tensor weights(DType type) {
        return type == DType.F64 ? exact : single;
    }

    /** Number of slots, K. */
    public int slots() {
        return classes;
    }

    /** Length of the features, K - 1. */
    public int dim() {
        return classes - 1;
    }

    /** The slot of the provider's class y: y itself. */
    public int providerSlot(int y) {
        return checked(y, provider, "provider");
    }

    /** The slot of the user's class y: counted from the end, {@code K - 1 - y}. */
    public int localSlot(int y) {
        return classes - 1 - checked(y, local, "local");
    }

    private int checked(int y, int room, String whose) {
        if (y < 0 || y >= room) {
            throw Failure.of(NAME, whose + " class " + y + " has no slot").fact("slots", classes).hint(whose + " classes are 0 .. " + (room - 1)).index();
        }
        return y;
    }

    @Override
    protected Variable compute(Variable z) {
        if (z.rank() != 2 || z.dim(1) != dim()) {
            throw Failure.of(NAME, "expects features [N, " + dim() + "] for " + classes + " classes").operand("features", z.shape())
                    .operand("weights", single.shape()).hint("end the network in new Linear(width, " + dim() + ", false, rng)").shape();
        }
        return Ops.linear(z, Variable.of(weights(z.dtype())), null, Activation.NONE);
    }

    @Override
    protected Module fresh() {
        return provider == classes && local == classes ? new SimplexClassifier(classes) : new SimplexClassifier(classes, provider, local);
    }
}
