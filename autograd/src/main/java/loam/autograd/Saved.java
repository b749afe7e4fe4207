package loam.autograd;

import loam.tensor.Failure;
import loam.tensor.Tensor;

/** What an operation keeps for its backward: inputs, outputs, other tensors; each with the version that it had. */
public final class Saved {
    private final Op op;
    private final Variable[] inputs;
    private final int[] inputVersions;
    private Tensor[] outputs = {};
    private int[] outputVersions = {};
    private Tensor[] extras = {};
    private final boolean[] needs;
    private Node node;

    Saved(Op op, Variable[] inputs, boolean[] needs) {
        this.op = op;
        this.inputs = inputs.clone();
        this.needs = needs;
        inputVersions = new int[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            inputVersions[i] = inputs[i].peek().storage().version();
        }
    }

    /** Drops what the operation says it does not need. */
    void seal(Node owner, Tensor[] out) {
        node = owner;
        for (int i = 0; i < inputs.length; i++) {
            if (!op.keepsInput(i)) {
                inputs[i] = null;
            }
        }
        if (op.keepsOutput()) {
            outputs = out;
            outputVersions = new int[out.length];
            for (int i = 0; i < out.length; i++) {
                outputVersions[i] = out[i].storage().version();
            }
        }
    }

    /** Keeps tensors that are neither inputs nor outputs; in forward. */
    public void keep(Tensor... others) {
        extras = others;
    }

    /** The i-th tensor given to {@link #keep}. */
    public Tensor extra(int i) {
        return extras[i];
    }

    /** Whether the gradient of input i is wanted. */
    public boolean needs(int i) {
        return needs[i];
    }

    /** Input i with its history. */
    public Variable input(int i) {
        Variable v = inputs[i];
        if (v == null) {
            throw Failure.of(op.name(), "its backward asks for input " + i + ", which it does not keep").hint("override keepsInput").state();
        }
        check(v.peek(), inputVersions[i], "input " + i);
        return v;
    }

    /** The first input with its history. */
    public Variable input() {
        return input(0);
    }

    /** The numbers of input i: for fast rules. */
    public Tensor inputValue(int i) {
        return input(i).peek();
    }

    /** Output i with its history. */
    public Variable output(int i) {
        check(outputs[i], outputVersions[i], "output " + i);
        return new Variable(outputs[i], node, i, false);
    }

    /** The first output with its history. */
    public Variable output() {
        return output(0);
    }

    /** The numbers of output i: for fast rules. */
    public Tensor outputValue(int i) {
        check(outputs[i], outputVersions[i], "output " + i);
        return outputs[i];
    }

    /** Number of inputs. */
    public int size() {
        return inputs.length;
    }

    Variable keptInput(int i) {
        return inputs[i];
    }

    Tensor keptOutput() {
        return outputs.length == 0 ? null : outputs[0];
    }

    private void check(Tensor t, int version, String what) {
        if (t.storage().version() != version) {
            throw Failure.of(op.name(), what + " was updated after the forward pass, so its gradient would be wrong").operand(what, t.shape())
                    .hint("call backward before updating parameters, or run the forward pass again").state();
        }
    }
}
