package loam.tensor.profile;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;

/** Kernels that hand every call on and tell a profiler its time, its arithmetic and the bytes of its operands. */
final class MeasuringKernels implements InvocationHandler {
    private final Kernels inner;
    private final Profiler profiler;

    private MeasuringKernels(Kernels inner, Profiler profiler) {
        this.inner = inner;
        this.profiler = profiler;
    }

    static Kernels around(Kernels inner, Profiler profiler) {
        return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, new MeasuringKernels(inner, profiler));
    }

    /** The kernels that do the work. */
    static Kernels inside(Kernels kernels) {
        return Proxy.isProxyClass(kernels.getClass()) && Proxy.getInvocationHandler(kernels) instanceof MeasuringKernels m ? m.inner : kernels;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        long bytes = Profiler.allocated();
        long start = System.nanoTime();
        Object result;
        try {
            result = method.invoke(inner, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (method.getReturnType() == void.class) {
            long end = System.nanoTime();
            profiler.kernel(method.getName(), start, end, bytes, flops(method.getName(), args), moved(args));
        }
        return result;
    }

    /** Additions and multiplications of contractions, two for each term; what padding multiplies by zero is counted. Others count none. */
    static long flops(String kernel, Object[] args) {
        return switch (kernel) {
            case "matmul" -> 2 * elements(args[args.length - 1]) * ((Tensor) args[0]).dim(-1);
            case "conv2d" -> 2 * elements(args[args.length - 1]) * filter((Tensor) args[2]);
            case "conv2dInputGrad" -> 2 * elements(args[1]) * filter((Tensor) args[2]);
            case "conv2dWeightGrad" -> 2 * elements(args[2]) * filter((Tensor) args[3]);
            default -> 0;
        };
    }

    private static long elements(Object tensor) {
        return ((Tensor) tensor).numel();
    }

    /** Weights of one output channel. */
    private static long filter(Tensor w) {
        return w.dim(0) == 0 ? 0 : w.numel() / w.dim(0);
    }

    /** Bytes of the operands, read or written; a broadcast one counts once. */
    static long moved(Object[] args) {
        long sum = 0;
        for (Object a : args) {
            if (a instanceof Tensor t) {
                long n = t.numel() == 0 ? 0 : 1;
                for (int i = 0; i < t.rank(); i++) {
                    n *= t.stride(i) == 0 ? 1 : t.dim(i);
                }
                sum += n * t.dtype().bytes();
            }
        }
        return sum;
    }
}
