package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Work;
import loam.nn.Conv2d;
import loam.nn.LayerNorm;
import loam.nn.Padding;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Single operations and layers, written as a user writes them. */
final class LoamOps {
    private LoamOps() { }

    static Tensor read(Path dir, String name, int... shape) throws IOException {
        return Tensor.of(Shape.of(shape), Raw.floats(dir.resolve(name)));
    }

    static Work product(Problem.Product p, Path dir) throws IOException {
        Tensor a = read(dir, "a", p.leftShape());
        Tensor b = read(dir, "b", p.rightShape());
        Tensor left = p.transposeA() ? a.transpose(-2, -1) : a;
        Tensor right = p.transposeB() ? b.transpose(-2, -1) : b;
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                return List.of(left.matmul(right));
            }
        };
    }

    static Work entries(Problem.Entries p, Path dir) throws IOException {
        Tensor x = read(dir, "x", p.n());
        Tensor y = p.function() == Problem.Function.ADD ? read(dir, "y", p.n()) : null;
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                return List.of(switch (p.function()) {
                    case ADD -> x.add(y);
                    case RELU -> x.relu();
                    case SUM -> x.sum();
                    case EXP -> x.exp();
                    case TANH -> x.tanh();
                    case GELU -> x.gelu();
                    case LOG -> x.log();
                });
            }
        };
    }

    static Work softmax(Problem.SoftmaxRows p, Path dir) throws IOException {
        Tensor x = read(dir, "x", p.rows(), p.columns());
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                return List.of(x.softmax(1));
            }
        };
    }

    /** Forward as a layer; backward walks the history of one forward pass again and again. */
    static Work convolution(Problem.Convolution p, Path dir) throws IOException {
        Conv2d layer = new Conv2d(p.in(), p.out(), Problem.Convolution.KERNEL, Padding.SAME, Rng.seed(0));
        layer.weight().update(read(dir, "w", p.weightShape()));
        layer.bias().update(read(dir, "b", p.out()));
        Variable x = Variable.of(read(dir, "x", p.inputShape())).requiresGrad(p.backward() && p.inputGradient());
        if (!p.backward()) {
            return new LoamWork() {
                @Override
                List<Tensor> step() {
                    return List.of(layer.forward(x).value());
                }
            };
        }
        List<Variable> wanted = new ArrayList<>(List.of(layer.weight(), layer.bias()));
        if (p.inputGradient()) {
            wanted.add(x);
        }
        Variable y = layer.forward(x);
        Variable dy = Variable.of(read(dir, "dy", p.outputShape()));
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                return values(Grad.grad(y, wanted, dy, false));
            }
        };
    }

    static Work layerNorm(Problem.LayerNorm p, Path dir) throws IOException {
        LayerNorm layer = new LayerNorm(p.columns());
        layer.weight().update(read(dir, "w", p.columns()));
        layer.bias().update(read(dir, "b", p.columns()));
        Variable x = Variable.of(read(dir, "x", p.rows(), p.columns())).requiresGrad();
        Variable dy = Variable.of(read(dir, "dy", p.rows(), p.columns()));
        List<Variable> wanted = List.of(layer.weight(), layer.bias(), x);
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                Variable y = layer.forward(x);
                List<Tensor> all = new ArrayList<>(List.of(y.value()));
                all.addAll(values(Grad.grad(y, wanted, dy, false)));
                return all;
            }
        };
    }

    private static List<Tensor> values(List<Variable> variables) {
        List<Tensor> values = new ArrayList<>();
        variables.forEach(v -> values.add(v.value()));
        return values;
    }
}
