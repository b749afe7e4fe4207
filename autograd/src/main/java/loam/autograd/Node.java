package loam.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** One recorded operation: where its gradients go, and what its backward needs. */
final class Node {
    private static final AtomicLong NEXT = new AtomicLong();

    final long id = NEXT.incrementAndGet();
    final Op op;
    final Saved saved;
    /** For each input: the node that made it, or null. */
    final Node[] parents;
    final int[] parentIndex;
    /** For each input: the leaf itself if it wants a gradient, or null. */
    final Variable[] leaves;
    final Shape[] inputShapes;
    final DType[] inputTypes;
    final Shape[] outputShapes;
    final DType[] outputTypes;
    final Context.Frame frame = Context.current().frame();
    private List<List<UnaryOperator<Variable>>> hooks;

    Node(Op op, Saved saved, Variable[] in, Tensor[] out) {
        this.op = op;
        this.saved = saved;
        parents = new Node[in.length];
        parentIndex = new int[in.length];
        leaves = new Variable[in.length];
        inputShapes = new Shape[in.length];
        inputTypes = new DType[in.length];
        for (int i = 0; i < in.length; i++) {
            parents[i] = in[i].node();
            parentIndex[i] = in[i].index();
            leaves[i] = in[i].isLeaf() && in[i].needsGrad() ? in[i] : null;
            inputShapes[i] = in[i].shape();
            inputTypes[i] = in[i].dtype();
        }
        outputShapes = new Shape[out.length];
        outputTypes = new DType[out.length];
        for (int i = 0; i < out.length; i++) {
            outputShapes[i] = out[i].shape();
            outputTypes[i] = out[i].dtype();
        }
    }

    boolean needs(int i) {
        return parents[i] != null || leaves[i] != null;
    }

    void addHook(int output, UnaryOperator<Variable> f) {
        if (hooks == null) {
            hooks = new ArrayList<>();
            for (int i = 0; i < outputShapes.length; i++) {
                hooks.add(new ArrayList<>());
            }
        }
        hooks.get(output).add(f);
    }

    Variable hooked(int output, Variable g) {
        Variable r = g;
        if (hooks != null && r != null) {
            for (UnaryOperator<Variable> f : hooks.get(output)) {
                r = f.apply(r);
            }
        }
        return r;
    }

    /** "conv2d in features.0 (Conv2d)". */
    String where() {
        return frame == null ? op.name() : op.name() + " in " + frame.path();
    }
}
