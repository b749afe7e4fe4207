package loam.bench.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Engine;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Rows;
import loam.bench.Work;

/**
 * ONNX Runtime on the processor, with all optimizations of the graph. Input and output are arrays outside of the Java heap that stay from call to
 * call, the fastest way in and out that its Java interface has.
 */
public final class OnnxEngine implements Engine {
    /** Products in one call of the probe's own loop. */
    private static final int CHAIN = 20;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final int threads = Integer.getInteger("loam.bench.onnx.threads", 1);
    private final boolean spinning = Boolean.getBoolean("loam.bench.onnx.spinning");
    private Session chain;
    private int handles;

    @Override
    public Work open(Row row, Path dir) throws IOException {
        if (!(row.problem() instanceof Problem.Inference p)) {
            throw new IllegalArgumentException(row.name() + " is not inference");
        }
        int[] shape = p.inputShape();
        float[] x = Arrays.copyOf(Raw.floats(dir.resolve("x")), Problem.FEATURES);
        return session(classifier(p.model(), shape, dir), x, shape, 1, Problem.CLASSES);
    }

    /** The probe: one product a call as work, twenty after each other in one call as the engine's own loop. */
    @Override
    public Work probe(Path dir) throws IOException {
        Problem.Product p = (Problem.Product) Rows.named(Rows.PROBE).problem();
        int n = p.n();
        float[] a = Raw.floats(dir.resolve("a"));
        float[] b = Raw.floats(dir.resolve("b"));
        chain = session(products(CHAIN, n, b), a, new int[] {n, n}, n, n);
        return session(products(1, n, b), a, new int[] {n, n}, n, n);
    }

    @Override
    public void ownProducts(int iterations) {
        if (chain == null) {
            throw new IllegalStateException("open the probe first");
        }
        if (iterations % CHAIN != 0) {
            throw new IllegalArgumentException("not a multiple of " + CHAIN + ": " + iterations);
        }
        chain.iterate(iterations / CHAIN);
    }

    @Override
    public long handles() {
        return handles;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> m = new LinkedHashMap<>();
        m.put("engine", "ONNX Runtime " + environment.getVersion());
        m.put("threads", Integer.toString(threads));
        return m;
    }

    private static OnnxModel products(int count, int n, float[] b) {
        OnnxModel m = new OnnxModel().input("x", n, n).constant("b", b, n, n);
        String last = "x";
        for (int i = 0; i < count; i++) {
            String next = i == count - 1 ? "y" : "c" + i;
            m.node("MatMul", List.of(last, "b"), next);
            last = next;
        }
        return m.output("y", n, n);
    }

    private static OnnxModel classifier(Problem.Training p, int[] shape, Path dir) throws IOException {
        OnnxModel m = new OnnxModel().input("x", shape);
        String last = "x";
        boolean images = false;
        for (int i = 0; i < p.layers().size(); i++) {
            Problem.Layer l = p.layers().get(i);
            String weight = "w" + i;
            String bias = "b" + i;
            m.constant(weight, Raw.floats(dir.resolve(weight)), l.weightShape()).constant(bias, Raw.floats(dir.resolve(bias)), l.out());
            String y = i == p.layers().size() - 1 ? "y" : "h" + i;
            if (l.isConv()) {
                int pad = l.kernel() / 2;
                m.node("Conv", List.of(last, weight, bias), y, OnnxModel.attribute("kernel_shape", new int[] {l.kernel(), l.kernel()}),
                        OnnxModel.attribute("pads", new int[] {pad, pad, pad, pad}));
                m.node("Relu", List.of(y), y + "r");
                m.node("MaxPool", List.of(y + "r"), y + "p", OnnxModel.attribute("kernel_shape", new int[] {2, 2}),
                        OnnxModel.attribute("strides", new int[] {2, 2}));
                last = y + "p";
            } else {
                if (images) {
                    m.node("Flatten", List.of(last), "flat");
                    last = "flat";
                }
                m.node("Gemm", List.of(last, weight, bias), y, OnnxModel.attribute("transB", 1));
                last = y;
                if (i < p.layers().size() - 1) {
                    m.node("Relu", List.of(y), y + "r");
                    last = y + "r";
                }
            }
            images = l.isConv();
        }
        return m.output("y", 1, Problem.CLASSES);
    }

    private Session session(OnnxModel model, float[] x, int[] shape, int... output) {
        try {
            return new Session(model.bytes(), x, shape, output);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A model that is called with one input. */
    private final class Session implements Work {
        private final OrtSession session;
        private final FloatBuffer out;
        private final List<AutoCloseable> owned = new ArrayList<>();
        private final Map<String, OnnxTensor> inputs;
        private final Map<String, OnnxTensor> outputs;

        Session(byte[] model, float[] x, int[] shape, int... output) throws OrtException {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                options.addConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
                session = environment.createSession(model, options);
            }
            FloatBuffer in = direct(x.length);
            in.put(x).rewind();
            int size = Arrays.stream(output).reduce(1, (a, b) -> a * b);
            out = direct(size);
            OnnxTensor input = OnnxTensor.createTensor(environment, in, Arrays.stream(shape).asLongStream().toArray());
            OnnxTensor result = OnnxTensor.createTensor(environment, out, Arrays.stream(output).asLongStream().toArray());
            inputs = Map.of("x", input);
            outputs = Map.of("y", result);
            owned.addAll(List.of(input, result, session));
            handles += owned.size();
        }

        private FloatBuffer direct(int n) {
            return ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
        }

        @Override
        public void iterate(int n) {
            try {
                for (int i = 0; i < n; i++) {
                    handles++;
                    try (OrtSession.Result result = session.run(inputs, outputs)) {
                        handles--;
                    }
                }
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public float[][] results() {
            iterate(1);
            float[] y = new float[out.capacity()];
            out.duplicate().rewind().get(y);
            return new float[][] {y};
        }

        @Override
        public void close() {
            for (AutoCloseable c : owned) {
                try {
                    c.close();
                    handles--;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
