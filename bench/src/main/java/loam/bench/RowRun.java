package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures rows: starts both sides, checks that they agree, lets them take turns. */
final class RowRun {
    private static final double WARM_SECONDS = 3;
    private static final double PILOT_SECONDS = 1.5;
    private static final double ROUND_MS = 300;
    private static final int BATCHES = 5;
    /** Sizes for the probe of the peer's own product: about 3 ms each. */
    private static final int PROBE_ITERATIONS = 20;
    private static final int OWN_BATCHES = 20;
    private static final int BYTES_ITERATIONS = 20;
    /** Plain engines have a turn in every fourth round, and none on larger products. */
    private static final int PLAIN_EVERY = 4;
    private static final int PLAIN_LARGEST = 1024;

    private final Sides sides;
    private final Path inputs;
    private final int rounds;
    private final Consumer<String> progress;
    private final Map<String, Double> ownRates = new HashMap<>();
    private final Map<Integer, Double> peaks = new HashMap<>();
    private final Map<String, String> loamFacts = new LinkedHashMap<>();
    private final Map<String, String> peerFacts = new LinkedHashMap<>();

    RowRun(Sides sides, Path inputs, int rounds, Consumer<String> progress) {
        this.sides = sides;
        this.inputs = inputs;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** The best peak rate seen, by thread count, in GFLOP/s. */
    Map<Integer, Double> peaks() {
        return peaks;
    }

    Map<String, String> loamFacts() {
        return loamFacts;
    }

    Map<String, String> peerFacts() {
        return peerFacts;
    }

    /** Measures one row. Whatever can't be measured is left out and named in the result; nothing is made up. */
    RowResult measure(Row row, int threads) throws IOException {
        RowResult result = new RowResult(row, threads);
        Path dir = prepare(row);
        Path probeDir = prepare(Rows.named(Rows.PROBE));
        say(result, "starting");
        double own = 0;
        try {
            result.peerSettings = choosePeer(result, dir);
            own = ownRate(threads, result.peerSettings, probeDir);
        } catch (IllegalStateException e) {
            result.problems.add("the peer can't run: " + e.getMessage());
        }
        try (Side loam = sides.loam(threads)) {
            loamFacts.putAll(loam.facts());
            probePeak(loam, result);
            loam.ask("open " + row.name() + " " + dir);
            if (!result.problems.isEmpty()) {
                alone(loam, result);
                return result;
            }
            try (Side peer = sides.peer(threads, result.peerSettings); Plain plain = new Plain(row, dir)) {
                result.peer = Sides.PEER_NAME;
                peer.ask("open " + row.name() + " " + dir);
                peer.ask("open " + Rows.PROBE + " " + probeDir);
                peerFacts.putAll(peer.facts());
                turns(loam, peer, plain, result, own);
            }
        } catch (IllegalStateException e) {
            result.problems.add(e.getMessage());
        }
        return result;
    }

    private void turns(Side loam, Side peer, Plain plain, RowResult result, double own) {
        String name = result.row.name();
        double[] peerResults = peer.numbers("results " + name);
        double slowest = peer.number("warm " + name + " " + WARM_SECONDS);
        peer.numbers(round(Rows.PROBE, PROBE_ITERATIONS));
        peer.freeze();
        double[] loamResults = loam.numbers("results " + name);
        slowest = Math.max(slowest, loam.number("warm " + name + " " + WARM_SECONDS));
        int iterations = iterations(slowest);
        long handles = Long.parseLong(peer.ask("handles"));
        peer.freeze();
        double probe = Double.POSITIVE_INFINITY;
        int turn = 0;
        for (Schedule.Turn who : Schedule.abba(rounds)) {
            if (turn % 2 == 0) {
                say(result, "round " + (turn / 2 + 1) + " of " + rounds);
            }
            if (who == Schedule.Turn.LOAM) {
                peer.freeze();
                result.loamRounds.add(Stats.median(loam.numbers(round(name, iterations))));
                loam.freeze();
            } else {
                loam.freeze();
                result.peerRounds.add(Stats.median(peer.numbers(round(name, iterations))));
                probe = Math.min(probe, Stats.best(peer.numbers(round(Rows.PROBE, PROBE_ITERATIONS))));
                peer.freeze();
            }
            if (turn % (2 * PLAIN_EVERY) == 0) {
                loam.freeze();
                plain.turn();
            }
            turn++;
        }
        double probeFlops = Rows.named(Rows.PROBE).problem().flops();
        result.agreement = new Agreement(loamResults, peerResults, handles, Long.parseLong(peer.ask("handles")), own, probeFlops / probe / 1e6);
        peer.freeze();
        result.bytesPerStep = loam.number("bytes " + name + " " + BYTES_ITERATIONS);
        probePeak(loam, result);
        plain.report(result);
    }

    /** Loam's numbers when there is no peer. */
    private void alone(Side loam, RowResult result) {
        String name = result.row.name();
        int iterations = iterations(loam.number("warm " + name + " " + WARM_SECONDS));
        for (int i = 0; i < rounds; i++) {
            say(result, "round " + (i + 1) + " of " + rounds + ", Loam alone");
            result.loamRounds.add(Stats.median(loam.numbers(round(name, iterations))));
        }
        result.bytesPerStep = loam.number("bytes " + name + " " + BYTES_ITERATIONS);
        probePeak(loam, result);
    }

    /** The settings under which the peer does this row's work fastest. */
    private Map<String, String> choosePeer(RowResult result, Path dir) throws IOException {
        List<Map<String, String>> all = Sides.peerSettings(result.threads);
        if (all.size() == 1) {
            return all.get(0);
        }
        Map<String, String> best = null;
        double bestMs = Double.POSITIVE_INFINITY;
        for (Map<String, String> settings : all) {
            say(result, "trying the peer with " + settings);
            try (Side peer = sides.peer(result.threads, settings)) {
                peer.ask("open " + result.row.name() + " " + dir);
                double slow = peer.number("warm " + result.row.name() + " " + PILOT_SECONDS);
                double ms = Stats.median(peer.numbers(round(result.row.name(), iterations(slow))));
                if (ms < bestMs) {
                    bestMs = ms;
                    best = settings;
                }
            }
        }
        return best;
    }

    /** GFLOP/s of the probe product in the peer's own loop, with nothing else running. */
    private double ownRate(int threads, Map<String, String> settings, Path probeDir) throws IOException {
        String key = threads + " " + settings;
        Double known = ownRates.get(key);
        if (known != null) {
            return known;
        }
        progress.accept("the peer's own product, " + threads + " threads");
        try (Side peer = sides.peer(threads, settings)) {
            peer.ask("open " + Rows.PROBE + " " + probeDir);
            peer.numbers("own " + PROBE_ITERATIONS + " " + OWN_BATCHES);
            double ms = Stats.best(peer.numbers("own " + PROBE_ITERATIONS + " " + OWN_BATCHES));
            double rate = Rows.named(Rows.PROBE).problem().flops() / ms / 1e6;
            ownRates.put(key, rate);
            return rate;
        }
    }

    private void probePeak(Side loam, RowResult result) {
        try {
            peaks.merge(result.threads, loam.number("peak " + result.threads), Math::max);
        } catch (IllegalStateException e) {
            if (!result.problems.contains(e.getMessage()) && !peaks.containsKey(result.threads)) {
                progress.accept("no peak: " + e.getMessage());
            }
        }
    }

    private Path prepare(Row row) throws IOException {
        Path dir = inputs.resolve(row.name());
        Files.createDirectories(dir);
        row.problem().write(dir);
        return dir;
    }

    private static int iterations(double ms) {
        return (int) Math.max(1, Math.round(ROUND_MS / BATCHES / ms));
    }

    private static String round(String name, int iterations) {
        return "round " + name + " " + iterations + " " + BATCHES;
    }

    private void say(RowResult result, String what) {
        progress.accept(result.row.name() + ", " + result.threads + (result.threads == 1 ? " thread: " : " threads: ") + what);
    }

    /** Engines without native code, on products only: one iteration a turn, on one thread. */
    private final class Plain implements AutoCloseable {
        private final String name;
        private final Map<String, Side> open = new LinkedHashMap<>();
        private final Map<String, List<Double>> times = new LinkedHashMap<>();

        Plain(Row row, Path dir) throws IOException {
            name = row.name();
            if (!(row.problem() instanceof Problem.Product p) || p.n() > PLAIN_LARGEST) {
                return;
            }
            for (String engine : Sides.plainNames()) {
                Side side = sides.plain(engine);
                open.put(engine, side);
                side.ask("open " + name + " " + dir);
                side.ask("warm " + name + " " + PILOT_SECONDS);
                side.freeze();
            }
        }

        void turn() {
            open.forEach((engine, side) -> {
                times.computeIfAbsent(engine, e -> new ArrayList<>()).add(Stats.median(side.numbers("round " + name + " 1 1")));
                side.freeze();
            });
        }

        void report(RowResult result) {
            times.forEach((engine, ms) -> {
                Map<String, Object> m = new LinkedHashMap<>();
                double median = Stats.median(RowResult.array(ms));
                m.put("peer", engine);
                m.put("threads", 1);
                m.put("peerMs", median);
                m.put("ratio", result.loamMs() / median);
                m.put("rounds", ms.size());
                result.others.add(m);
            });
        }

        @Override
        public void close() {
            open.values().forEach(Side::close);
        }
    }
}
