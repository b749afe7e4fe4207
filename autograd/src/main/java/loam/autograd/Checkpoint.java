package loam.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import loam.tensor.Context;
import loam.tensor.Tensor;

/** Trades memory for time: the body's graph is dropped after forward and rebuilt in backward. Parameters inside become inputs. */
final class Checkpoint extends Op {
    private final Function<List<Variable>, Variable> body;
    private final int count;
    private final Tensor result;
    private final Draws.Tape tape;

    private Checkpoint(Function<List<Variable>, Variable> body, int count, Tensor result, Draws.Tape tape) {
        this.body = body;
        this.count = count;
        this.result = result;
        this.tape = tape;
    }

    static Variable run(Function<List<Variable>, Variable> body, Variable... inputs) {
        List<Variable> fresh = fresh(Arrays.asList(inputs));
        Draws.Tape tape = new Draws.Tape();
        Variable y = Draws.recording(tape, () -> Grad.enableGrad(() -> body.apply(fresh)));
        List<Variable> all = new ArrayList<>(Arrays.asList(inputs));
        all.addAll(leavesBelow(y, fresh));
        return new Checkpoint(body, inputs.length, y.peek(), tape).apply(all.toArray(Variable[]::new));
    }

    private static List<Variable> fresh(List<Variable> inputs) {
        List<Variable> out = new ArrayList<>();
        for (Variable x : inputs) {
            Variable leaf = x.detach();
            out.add(x.needsGrad() ? leaf.requiresGrad() : leaf);
        }
        return out;
    }

    private static List<Variable> leavesBelow(Variable y, List<Variable> except) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(except);
        List<Variable> leaves = new ArrayList<>();
        List<Node> open = new ArrayList<>();
        Set<Node> visited = new HashSet<>();
        if (y.node() != null) {
            open.add(y.node());
        }
        while (!open.isEmpty()) {
            Node n = open.remove(open.size() - 1);
            if (!visited.add(n)) {
                continue;
            }
            for (int i = 0; i < n.parents.length; i++) {
                if (n.parents[i] != null) {
                    open.add(n.parents[i]);
                } else if (n.leaves[i] != null && seen.add(n.leaves[i])) {
                    leaves.add(n.leaves[i]);
                }
            }
        }
        return leaves;
    }

    @Override
    public String name() {
        return "checkpoint";
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {result};
    }

    @Override
    protected Variable[] backward(Saved saved, Variable[] dy) {
        boolean graph = Context.current().gradEnabled();
        List<Variable> originals = new ArrayList<>();
        List<Variable> params = new ArrayList<>();
        for (int i = 0; ; i++) {
            if (i < count) {
                originals.add(saved.input(i));
            } else if (i < saved.size()) {
                params.add(saved.input(i));
            } else {
                break;
            }
        }
        List<Variable> inner = graph ? originals.stream().map(v -> Ops.reshape(v, v.shape().toArray())).toList() : fresh(originals);
        Variable y = Draws.replaying(tape, () -> Grad.enableGrad(() -> body.apply(inner)));
        List<Variable> targets = new ArrayList<>();
        for (Variable v : inner) {
            if (v.needsGrad()) {
                targets.add(v);
            }
        }
        targets.addAll(params);
        List<Variable> g = Grad.grad(y, targets, dy[0], graph);
        Variable[] out = new Variable[saved.size()];
        int p = 0;
        for (int i = 0; i < count; i++) {
            out[i] = inner.get(i).needsGrad() ? g.get(p++) : null;
        }
        for (int i = count; i < out.length; i++) {
            out[i] = g.get(p++);
        }
        return out;
    }
}
