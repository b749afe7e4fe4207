package loam.bench.work;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Operations to be timed, made from the specifications that each op has: its samples as they are, named {@code op/sample}, and for
 * elementwise ops, which take any shape, {@code op/64k} and {@code op/1m}.
 */
public final class OpCases {
    private static final Map<String, Integer> SIZES = Map.of("64k", 1 << 16, "1m", 1 << 20);
    private static final long SEED = 11;

    private OpCases() { }

    /** Every case of every op, in the order of {@link Ops#all()}. */
    public static List<String> names() {
        return List.copyOf(all().keySet());
    }

    /** The case with its inputs drawn in F32. */
    public static Case named(String name) {
        OpSpec.Sample sample = all().get(name);
        if (sample == null) {
            throw new IllegalArgumentException("no case named " + name);
        }
        return new Case(sample);
    }

    private static Map<String, OpSpec.Sample> all() {
        Map<String, OpSpec.Sample> all = new LinkedHashMap<>();
        for (OpSpec spec : Ops.all()) {
            if (elementwise(spec)) {
                for (String size : List.of("64k", "1m")) {
                    all.put(spec.name() + "/" + size, sized(spec.samples().get(0), size));
                }
            }
            for (OpSpec.Sample s : spec.samples()) {
                all.put(spec.name() + "/" + s.name().replace(' ', '-'), s);
            }
        }
        return all;
    }

    /** Made by {@link OpSpec#unary} or {@link OpSpec#binary}: the samples are named by their shapes. */
    private static boolean elementwise(OpSpec spec) {
        OpSpec.Sample first = spec.samples().get(0);
        StringBuilder shapes = new StringBuilder();
        for (OpSpec.Input in : first.inputs()) {
            shapes.append(shapes.length() == 0 ? "" : " ").append(in.shape());
        }
        return first.name().contentEquals(shapes);
    }

    private static OpSpec.Sample sized(OpSpec.Sample sample, String size) {
        List<OpSpec.Input> inputs = new ArrayList<>();
        for (OpSpec.Input in : sample.inputs()) {
            inputs.add(new OpSpec.Input(Shape.of(SIZES.get(size)), in.low(), in.high(), in.dtype(), in.kind(), in.kinks()));
        }
        return new OpSpec.Sample(size, sample.body(), inputs);
    }

    /** One op on one set of inputs. */
    public static final class Case {
        private final OpSpec.Sample sample;
        private final Variable[] inputs;
        private final List<Variable> wanted = new ArrayList<>();

        private Case(OpSpec.Sample sample) {
            this.sample = sample;
            Tensor[] drawn = SpecDraws.draw(sample.inputs(), Rng.seed(SEED));
            inputs = new Variable[drawn.length];
            for (int i = 0; i < drawn.length; i++) {
                inputs[i] = Variable.of(drawn[i].dtype().isFloating() ? drawn[i].to(DType.F32) : drawn[i]);
                if (sample.inputs().get(i).differentiable()) {
                    wanted.add(inputs[i].requiresGrad());
                }
            }
        }

        /** The value. */
        public Tensor forward() {
            return sample.body().apply(inputs).value();
        }

        /** The value and from it the gradients of all inputs that have one; empty for an op without. */
        public List<Tensor> gradients() {
            Variable y = sample.body().apply(inputs);
            if (!y.needsGrad()) {
                return List.of();
            }
            Variable dy = Variable.of(Tensor.ones(y.dtype(), y.shape()));
            return Grad.grad(y, wanted, dy, false).stream().map(Variable::value).toList();
        }
    }
}
