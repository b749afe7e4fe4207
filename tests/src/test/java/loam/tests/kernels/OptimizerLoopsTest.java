package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import loam.tensor.internal.Loops;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches a step whose formula or rounding differs from the optimizer's definition in double by more than 1e-6 of the largest entry. */
@Tag("fast")
class OptimizerLoopsTest {
    private static final int N = 1003;

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    private static void close(String what, double[] want, float[] got) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < N; i++) {
            largest = Math.max(largest, Math.abs(want[i]));
            worst = Math.max(worst, Math.abs(want[i] - got[i]));
        }
        assertTrue(worst <= 1e-6 * largest, what + ": " + worst / largest);
    }

    private static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i];
        }
        return y;
    }

    @ParameterizedTest
    @MethodSource("sets")
    void sgd(Loops loops) {
        for (int c = 0; c < 16; c++) {
            boolean momentum = (c & 1) != 0;
            boolean nesterov = momentum && (c & 2) != 0;
            boolean first = (c & 4) != 0;
            double wd = (c & 8) != 0 ? 0.01 : 0;
            double dampening = nesterov ? 0 : 0.2;
            float[] w = LoopSets.random(1, N);
            float[] g = LoopSets.random(2, N);
            float[] v = momentum ? LoopSets.random(3, N) : null;
            double[] ew = doubles(w);
            double[] ev = momentum ? doubles(v) : new double[N];
            for (int i = 0; i < N; i++) {
                double d = g[i] + wd * ew[i];
                if (momentum) {
                    ev[i] = first ? d : 0.9 * ev[i] + (1 - dampening) * d;
                    d = nesterov ? d + 0.9 * ev[i] : ev[i];
                }
                ew[i] -= 0.05 * d;
            }
            loops.sgd(N, w, 0, g, 0, v, 0, 0.05, momentum ? 0.9 : 0, dampening, wd, nesterov, first);
            close("w of case " + c, ew, w);
            if (momentum) {
                close("v of case " + c, ev, v);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void adam(Loops loops) {
        for (int c = 0; c < 4; c++) {
            boolean decoupled = (c & 1) != 0;
            double wd = (c & 2) != 0 ? 0.01 : 0;
            for (int step : new int[] {1, 10, 1000}) {
                float[] w = LoopSets.random(1, N);
                float[] g = LoopSets.random(2, N, -1e-3, 1e-3);
                float[] m = LoopSets.random(3, N, -1e-3, 1e-3);
                float[] v = LoopSets.random(4, N, 0, 1e-6);
                double[] ew = doubles(w);
                double[] em = doubles(m);
                double[] ev = doubles(v);
                double c1 = 1 - Math.pow(0.9, step);
                double c2 = 1 - Math.pow(0.999, step);
                for (int i = 0; i < N; i++) {
                    double d = g[i];
                    if (decoupled) {
                        ew[i] *= 1 - 1e-3 * wd;
                    } else {
                        d += wd * ew[i];
                    }
                    em[i] = 0.9 * em[i] + 0.1 * d;
                    ev[i] = 0.999 * ev[i] + 0.001 * d * d;
                    ew[i] -= 1e-3 / c1 * em[i] / (Math.sqrt(ev[i]) / Math.sqrt(c2) + 1e-8);
                }
                loops.adam(N, w, 0, g, 0, m, 0, v, 0, 1e-3, 0.9, 0.999, 1e-8, wd, decoupled, c1, c2);
                String what = " of case " + c + " at step " + step;
                close("w" + what, ew, w);
                close("m" + what, em, m);
                close("v" + what, ev, v);
            }
        }
    }
}
