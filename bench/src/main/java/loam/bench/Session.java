package loam.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The measuring processes for one number of threads. They stay from row to row, since starting them takes longer than a row's rounds. */
final class Session implements AutoCloseable {
    /** For the peer's own product: about 3 ms each. */
    private static final int OWN_ITERATIONS = 20;
    private static final int OWN_BATCHES = 20;

    private final Sides sides;
    private final int threads;
    private final Path probeInputs;
    private final Consumer<String> progress;
    private final Map<Boolean, List<Peer>> peers = new LinkedHashMap<>();
    private final Map<String, Side> plain = new LinkedHashMap<>();
    private Side loam;

    /**
     * A peer's process.
     *
     * @param own GFLOP/s of the probe product in the peer's own loop, with nothing else running
     */
    record Peer(String name, Map<String, String> settings, Side side, double own) { }

    Session(Sides sides, int threads, Path probeInputs, Consumer<String> progress) {
        this.sides = sides;
        this.threads = threads;
        this.probeInputs = probeInputs;
        this.progress = progress;
    }

    int threads() {
        return threads;
    }

    Side loam() throws IOException {
        if (loam == null) {
            freeze();
            loam = sides.loam(threads);
        }
        return loam;
    }

    /** The peer under all settings among which a row chooses: the one for inference, or the one for everything else. */
    List<Peer> peers(boolean inference) throws IOException {
        List<Peer> known = peers.get(inference);
        if (known != null) {
            return known;
        }
        freeze();
        List<Peer> started = new ArrayList<>();
        try {
            for (Map<String, String> settings : inference ? Sides.inferenceSettings(threads) : Sides.peerSettings(threads)) {
                Side side = inference ? sides.inferencePeer(threads, settings) : sides.peer(threads, settings);
                started.add(new Peer(inference ? Sides.INFERENCE_PEER_NAME : Sides.PEER_NAME, settings, side, 0));
                started.set(started.size() - 1, measured(started.get(started.size() - 1)));
            }
        } catch (IllegalStateException | IOException e) {
            started.forEach(p -> p.side().close());
            throw e;
        }
        peers.put(inference, started);
        return started;
    }

    private Peer measured(Peer p) {
        progress.accept("the own product of " + p.name() + ", threads: " + threads + ", " + p.settings());
        p.side().ask("probe " + probeInputs);
        p.side().numbers("own " + OWN_ITERATIONS + " " + OWN_BATCHES);
        double ms = Stats.best(p.side().numbers("own " + OWN_ITERATIONS + " " + OWN_BATCHES));
        p.side().freeze();
        return new Peer(p.name(), p.settings(), p.side(), Rows.named(Rows.PROBE).problem().flops() / ms / 1e6);
    }

    /** Engines without native code, by name; they always have one thread. */
    Map<String, Side> plain() throws IOException {
        for (String name : Sides.plainNames()) {
            if (!plain.containsKey(name)) {
                freeze();
                plain.put(name, sides.plain(name));
            }
        }
        return plain;
    }

    /** Stops all processes until they are asked something. */
    void freeze() {
        if (loam != null) {
            loam.freeze();
        }
        peers.values().forEach(list -> list.forEach(p -> p.side().freeze()));
        plain.values().forEach(Side::freeze);
    }

    /** Ends a row's work wherever it is open, and forgets processes that ended, so that the next row starts them anew. */
    void clear(String row) {
        freeze();
        if (loam != null && !done(loam, row)) {
            loam = null;
        }
        peers.values().removeIf(list -> {
            boolean alive = true;
            for (Peer p : list) {
                alive &= done(p.side(), row);
            }
            if (!alive) {
                list.forEach(p -> p.side().close());
            }
            return !alive;
        });
        plain.values().removeIf(side -> !done(side, row));
    }

    private static boolean done(Side side, String row) {
        try {
            side.ask("close " + row);
            side.ask("collect");
            side.freeze();
            return true;
        } catch (IllegalStateException e) {
            side.close();
            return false;
        }
    }

    @Override
    public void close() {
        if (loam != null) {
            loam.close();
        }
        peers.values().forEach(list -> list.forEach(p -> p.side().close()));
        plain.values().forEach(Side::close);
    }
}
