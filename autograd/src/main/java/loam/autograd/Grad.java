package loam.autograd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import loam.tensor.Context;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.profile.Phase;
import loam.tensor.profile.Profiler;

/** Gradients: the walk back over the recorded operations, latest first, without recursion. */
public final class Grad {
    /** Keep the graph of the gradient, so that it can be differentiated again. */
    public static final boolean CREATE_GRAPH = true;

    private Grad() {
    }

    /** Runs {@code body} without recording history. */
    public static <T> T noGrad(Supplier<T> body) {
        return withMode(false, body);
    }

    /** Runs {@code body} without recording history. */
    public static void noGrad(Runnable body) {
        withMode(false, () -> {
            body.run();
            return null;
        });
    }

    /** Runs {@code body} recording history even inside {@link #noGrad(Supplier)}. */
    public static <T> T enableGrad(Supplier<T> body) {
        return withMode(true, body);
    }

    private static <T> T withMode(boolean on, Supplier<T> body) {
        Context c = Context.current();
        boolean before = c.setGradEnabled(on);
        try {
            return body.get();
        } finally {
            c.setGradEnabled(before);
        }
    }

    /** Adds the gradients of the scalar {@code y} to all leaves that want one. */
    public static void backward(Variable y) {
        backward(y, null);
    }

    /** The same for any shape, weighted by {@code dy} (null: ones, y must be a scalar). */
    public static void backward(Variable y, Tensor dy) {
        Walk walk = new Walk(false, null);
        walk.run(y, seed("backward", y, dy == null ? null : Variable.of(dy)));
        walk.leafGrads.forEach((leaf, g) -> {
            Variable before = leaf.gradVariable();
            leaf.setGrad(before == null ? g : Variable.of(before.peek().add(g.peek())));
        });
    }

    /** The gradient of scalar {@code y} with respect to x; zeros where y does not depend on it. */
    public static Variable grad(Variable y, Variable x) {
        return grad(y, List.of(x), null, false).get(0);
    }

    /** The same, itself differentiable when {@code createGraph}. */
    public static Variable grad(Variable y, Variable x, boolean createGraph) {
        return grad(y, List.of(x), null, createGraph).get(0);
    }

    /** Gradients of scalar y for several variables (leaves or results of operations). */
    public static List<Variable> grad(Variable y, List<? extends Variable> xs, boolean createGraph) {
        return grad(y, xs, null, createGraph);
    }

    /** Gradients of {@code sum(y dy)}; dy null means ones and needs a scalar y. Leaves' own gradients stay untouched. */
    public static List<Variable> grad(Variable y, List<? extends Variable> xs, Variable dy, boolean createGraph) {
        for (Variable x : xs) {
            if (!x.needsGrad()) {
                throw Failure.of("grad", "a variable does not want a gradient").operand("x", x.shape()).hint("call requiresGrad() on it before the forward pass").state();
            }
        }
        Walk walk = new Walk(createGraph, xs);
        walk.run(y, seed("grad", y, dy));
        List<Variable> out = new ArrayList<>();
        for (Variable x : xs) {
            Variable g = walk.targetGrad(x);
            out.add(g == null ? Variable.of(Tensor.zeros(x.dtype(), x.shape())) : g);
        }
        return out;
    }

    /** Gradients of scalar y as plain numbers; null where y does not depend on a variable. Leaves' own gradients stay untouched. */
    public static List<Tensor> gradients(Variable y, List<? extends Variable> xs) {
        Walk walk = new Walk(false, xs);
        walk.run(y, seed("gradients", y, null));
        List<Tensor> out = new ArrayList<>();
        for (Variable x : xs) {
            Variable g = x.needsGrad() ? walk.targetGrad(x) : null;
            out.add(g == null ? null : g.peek());
        }
        return out;
    }

    private static Variable seed(String operation, Variable y, Variable dy) {
        if (!y.needsGrad()) {
            throw Failure.of(operation, "the result has no history").operand("y", y.shape())
                    .hint("no input wants a gradient, or it was computed inside noGrad").state();
        }
        if (dy == null && y.numel() != 1) {
            throw Failure.of(operation, "the result is not a scalar").operand("y", y.shape()).hint("reduce it with sum() or mean(), or give dy").shape();
        }
        if (dy != null && !dy.shape().equals(y.shape())) {
            throw Failure.of(operation, "dy has another shape than y").operand("y", y.shape()).operand("dy", dy.shape()).shape();
        }
        return dy == null ? Variable.of(Tensor.ones(y.dtype(), y.shape())) : dy;
    }

    /**
     * Runs {@code body} without keeping what its operations save, and runs it again when backward needs them. Random layers draw the same
     * numbers again.
     */
    public static Variable checkpoint(Function<List<Variable>, Variable> body, Variable... inputs) {
        return Checkpoint.run(body, inputs);
    }

    /**
     * The first recorded operation whose kept numbers hold a NaN or an infinity, as "conv2d in features.0 (Conv2d)"; empty when none was
     * kept. For messages about losses that are not numbers.
     */
    public static String firstNonFinite(Variable y) {
        List<Node> nodes = history(y);
        for (Node n : nodes) {
            for (int i = 0; i < n.parents.length; i++) {
                Variable in = n.saved.keptInput(i);
                if (in != null && !finite(in.peek())) {
                    return n.parents[i] != null ? n.parents[i].where() : "an input or parameter of " + n.where();
                }
            }
            if (n.saved.keptOutput() != null && !finite(n.saved.keptOutput())) {
                return n.where();
            }
        }
        return nodes.isEmpty() ? "" : nodes.get(nodes.size() - 1).where();
    }

    /** The leaves that {@code y} was computed from and that want a gradient, in the order of their first use. */
    public static List<Variable> leaves(Variable y) {
        Map<Variable, Boolean> seen = new IdentityHashMap<>();
        List<Variable> leaves = new ArrayList<>();
        for (Node n : history(y)) {
            for (Variable leaf : n.leaves) {
                if (leaf != null && seen.put(leaf, true) == null) {
                    leaves.add(leaf);
                }
            }
        }
        return leaves;
    }

    /** All operations that led to {@code y}, earliest first. */
    private static List<Node> history(Variable y) {
        Set<Node> seen = new HashSet<>();
        List<Node> open = new ArrayList<>();
        if (y.node() != null) {
            open.add(y.node());
        }
        while (!open.isEmpty()) {
            Node n = open.remove(open.size() - 1);
            if (seen.add(n)) {
                for (Node p : n.parents) {
                    if (p != null) {
                        open.add(p);
                    }
                }
            }
        }
        List<Node> nodes = new ArrayList<>(seen);
        nodes.sort((a, b) -> Long.compare(a.id, b.id));
        return nodes;
    }

    private static boolean finite(Tensor t) {
        return !t.dtype().isFloating() || t.numel() == 0 || t.isFinite().all().item() != 0;
    }

    /** One walk: gradients on their way, by node and output. */
    private static final class Walk {
        private final boolean createGraph;
        private final Map<Node, Variable[]> pending = new HashMap<>();
        private final PriorityQueue<Node> queue = new PriorityQueue<>((a, b) -> Long.compare(b.id, a.id));
        final Map<Variable, Variable> leafGrads = new IdentityHashMap<>();
        private final Map<Node, List<Integer>> wanted = new HashMap<>();
        private final Map<Node, Variable[]> found = new HashMap<>();
        private final Set<Variable> wantedLeaves;

        Walk(boolean createGraph, List<? extends Variable> targets) {
            this.createGraph = createGraph;
            if (targets == null) {
                wantedLeaves = null;
                return;
            }
            wantedLeaves = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
            for (Variable x : targets) {
                if (x.isLeaf()) {
                    wantedLeaves.add(x);
                } else {
                    wanted.computeIfAbsent(x.node(), k -> new ArrayList<>()).add(x.index());
                }
            }
        }

        Variable targetGrad(Variable x) {
            if (x.isLeaf()) {
                return leafGrads.get(x);
            }
            Variable[] g = found.get(x.node());
            return g == null ? null : g[x.index()];
        }

        void run(Variable y, Variable dy) {
            Profiler profiler = Profiler.current();
            withMode(createGraph, () -> {
                send(y.node(), y.index(), y, dy);
                while (!queue.isEmpty()) {
                    Node n = queue.poll();
                    if (profiler == null) {
                        visit(n, pending.remove(n));
                    } else {
                        visit(n, pending.remove(n), profiler);
                    }
                }
                finishLeaves();
                return null;
            });
        }

        private void visit(Node n, Variable[] dy, Profiler profiler) {
            profiler.enter(n.op.name(), Phase.BACKWARD, n.frame);
            try {
                visit(n, dy);
            } finally {
                profiler.leave();
            }
        }

        private void visit(Node n, Variable[] dy) {
            for (int i = 0; i < dy.length; i++) {
                dy[i] = n.hooked(i, dy[i]);
            }
            if (wanted.containsKey(n)) {
                found.put(n, dy.clone());
            }
            Variable[] dx = gradients(n, dy);
            for (int i = 0; i < dx.length; i++) {
                if (dx[i] != null && n.needs(i)) {
                    send(n.parents[i], n.parentIndex[i], n.leaves[i], fit(n, i, dx[i]));
                }
            }
        }

        private Variable[] gradients(Node n, Variable[] dy) {
            if (!createGraph) {
                Tensor[] raw = new Tensor[dy.length];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = dy[i] == null ? null : dy[i].peek();
                }
                Tensor[] fast = n.op.fastBackward(n.saved, raw);
                if (fast != null) {
                    Variable[] dx = new Variable[fast.length];
                    for (int i = 0; i < dx.length; i++) {
                        dx[i] = fast[i] == null ? null : Variable.of(fast[i]);
                    }
                    return dx;
                }
            }
            return n.op.backward(n.saved, dy);
        }

        /** Undoes broadcasting and type promotion: the one place for both. */
        private Variable fit(Node n, int i, Variable g) {
            Variable r = g;
            Shape to = n.inputShapes[i];
            if (!r.shape().equals(to)) {
                if (!n.op.broadcasts()) {
                    throw Failure.of(n.op.name(), "its backward returned a gradient of the wrong shape").operand("input", to).operand("gradient", r.shape()).state();
                }
                r = Ops.sumTo(r, to);
            }
            return r.dtype() == n.inputTypes[i] ? r : Ops.to(r, n.inputTypes[i]);
        }

        private void send(Node to, int output, Variable leaf, Variable g) {
            if (to == null) {
                if (leaf != null && (wantedLeaves == null || wantedLeaves.contains(leaf))) {
                    leafGrads.merge(leaf, g, this::sum);
                }
                return;
            }
            Variable[] slots = pending.get(to);
            if (slots == null) {
                slots = new Variable[to.outputShapes.length];
                pending.put(to, slots);
                queue.add(to);
            }
            slots[output] = slots[output] == null ? g : sum(slots[output], g);
        }

        private Variable sum(Variable a, Variable b) {
            return createGraph ? Ops.add(a, b) : Variable.of(a.peek().add(b.peek()));
        }

        private void finishLeaves() {
            leafGrads.replaceAll((leaf, g) -> {
                Variable r = g;
                for (UnaryOperator<Variable> f : leaf.hooks()) {
                    r = f.apply(r);
                }
                return r;
            });
        }
    }
}
