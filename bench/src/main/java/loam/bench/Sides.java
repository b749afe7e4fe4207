package loam.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How each engine's process is started, and under which settings the peer may run. */
final class Sides {
    static final String PEER_NAME = "libtorch (DJL)";
    static final String INFERENCE_PEER_NAME = "ONNX Runtime";
    static final String LOAM = "loam.bench.work.LoamEngine";
    static final String LOOP = "loam.bench.work.LoopEngine";
    private static final String PEER = "loam.bench.torch.TorchEngine";
    private static final String INFERENCE_PEER = "loam.bench.onnx.OnnxEngine";
    private static final Map<String, String> PLAIN = Map.of(
            "ejml", "loam.bench.ejml.EjmlEngine", "plain loop", LOOP);

    private final Path dir;
    private final List<String> loamOptions;

    /**
     * Makes the list of processes.
     *
     * @param dir         for logs and the peer's native libraries
     * @param loamOptions what Loam's launcher gives to the virtual machine
     */
    Sides(Path dir, List<String> loamOptions) {
        this.dir = dir;
        this.loamOptions = List.copyOf(loamOptions);
    }

    Side loam(int threads) throws IOException {
        List<String> options = new ArrayList<>(loamOptions);
        options.add("-Dloam.threads=" + threads);
        return Side.start("loam", LOAM, options, Map.of(), dir);
    }

    /**
     * The peer's settings to choose from. Its allocator keeps freed memory and maps no array on its own, in one arena: without that
     * a step spends most of its time in page faults. With several threads, the better way of waiting is found by trying.
     */
    static List<Map<String, String>> peerSettings(int threads) {
        List<Map<String, String>> all = new ArrayList<>();
        for (String wait : threads == 1 ? List.of("PASSIVE") : List.of("PASSIVE", "ACTIVE")) {
            Map<String, String> m = new LinkedHashMap<>();
            m.put("OMP_NUM_THREADS", Integer.toString(threads));
            m.put("OMP_WAIT_POLICY", wait);
            m.put("MALLOC_ARENA_MAX", "1");
            m.put("MALLOC_MMAP_THRESHOLD_", "33554432");
            m.put("MALLOC_TRIM_THRESHOLD_", "4294967296");
            m.put("MALLOC_TOP_PAD_", "67108864");
            all.add(m);
        }
        return all;
    }

    /** The peer takes its libraries from its jars into a folder of ours; it is told to download and report nothing. */
    Side peer(int threads, Map<String, String> settings) throws IOException {
        String cache = dir.resolve("peer-libraries").toString();
        Map<String, String> environment = new LinkedHashMap<>(settings);
        environment.put("DJL_CACHE_DIR", cache);
        environment.put("ENGINE_CACHE_DIR", cache);
        environment.put("DJL_OFFLINE", "true");
        environment.put("OPT_OUT_TRACKING", "true");
        List<String> options = List.of("-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=" + threads, "-Dai.djl.pytorch.num_interop_threads=1", "-Dslf4j.internal.verbosity=ERROR");
        return Side.start("peer", PEER, options, environment, dir);
    }

    /** ONNX Runtime's settings to choose from: whether its threads spin between operations. */
    static List<Map<String, String>> inferenceSettings(int threads) {
        return threads == 1 ? List.of(Map.of("spinning", "false")) : List.of(Map.of("spinning", "true"), Map.of("spinning", "false"));
    }

    Side inferencePeer(int threads, Map<String, String> settings) throws IOException {
        List<String> options = List.of("-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED", "-Dloam.bench.onnx.threads=" + threads,
                "-Dloam.bench.onnx.spinning=" + settings.get("spinning"));
        return Side.start("inference-peer", INFERENCE_PEER, options, Map.of(), dir);
    }

    /** Engines that are shown for a sense of scale, with their names. */
    static List<String> plainNames() {
        return List.of("ejml", "plain loop");
    }

    Side plain(String name) throws IOException {
        return Side.start(name.replace(' ', '-'), PLAIN.get(name), List.of("-XX:+UseParallelGC"), Map.of(), dir);
    }
}
