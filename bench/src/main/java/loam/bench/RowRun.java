package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Measures rows: checks that both sides agree, lets them take turns. */
final class RowRun {
    /** Time for the compiler, for one operation and for a whole step. */
    static final double WARM_SECONDS = 0.8;
    static final double WARM_STEP_SECONDS = 1.6;
    private static final double PILOT_SECONDS = 0.25;
    private static final int BYTES_ITERATIONS = 20;
    /** Plain engines have a turn in every eighth round, and none on larger products. */
    private static final int PLAIN_EVERY = 8;
    private static final int PLAIN_LARGEST = 1024;
    /** The peer's product in each of its turns: about 3 ms a time. */
    private static final String PROBE_ROUND = "round probe 2 5 3";

    private final Path dir;
    private final int rounds;
    private final Consumer<String> progress;
    private final Set<String> written = new HashSet<>();
    private final Map<Integer, Double> peaks = new HashMap<>();
    private final Map<String, String> loamFacts = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> peerFacts = new LinkedHashMap<>();

    RowRun(Path dir, int rounds, Consumer<String> progress) {
        this.dir = dir;
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

    /** By the peer's name. */
    Map<String, Map<String, String>> peerFacts() {
        return peerFacts;
    }

    /** Measures one row. Whatever can't be measured is left out and named in the result; nothing is made up. */
    RowResult measure(Row row, Session session) throws IOException {
        RowResult result = new RowResult(row, session.threads());
        try {
            Path inputs = inputs(row);
            Side loam = session.loam();
            loamFacts.putAll(loam.facts());
            probePeak(loam, result);
            loam.ask("open " + row.name() + " " + inputs);
            loam.freeze();
            Session.Peer peer = null;
            try {
                peer = choose(session, result, inputs);
            } catch (IllegalStateException e) {
                result.problems.add("the peer can't run: " + e.getMessage());
            }
            if (peer == null) {
                alone(loam, result);
            } else {
                turns(loam, peer, new Plain(row, inputs, session), result);
            }
            session.freeze();
            double[] bytes = loam.numbers("bytes " + row.name() + " " + BYTES_ITERATIONS);
            result.bytesPerStep = bytes[0];
            result.plainBytesPerStep = bytes[1];
            probePeak(loam, result);
        } catch (IllegalStateException e) {
            result.problems.add(e.getMessage());
        } finally {
            session.clear(row.name());
        }
        return result;
    }

    private void turns(Side loam, Session.Peer p, Plain plain, RowResult result) throws IOException {
        String name = result.row.name();
        Side peer = p.side();
        double seconds = result.row.problem().trains() ? WARM_STEP_SECONDS : WARM_SECONDS;
        float[][] peerResults = peer.results(name, dir.resolve("results-peer-"));
        double slowest = peer.number("warm " + name + " " + WARM_SECONDS);
        peer.freeze();
        float[][] loamResults = loam.results(name, dir.resolve("results-loam-"));
        slowest = Math.max(slowest, loam.number("warm " + name + " " + seconds));
        String round = "round " + name + " " + Plan.of(slowest).command();
        loam.freeze();
        boolean losses = result.row.problem().trains();
        if (losses) {
            result.losses = loamResults[0];
            result.peerLosses = peerResults[0];
        }
        long handles = Long.parseLong(peer.ask("handles"));
        peer.freeze();
        double probe = Double.POSITIVE_INFINITY;
        int turn = 0;
        for (Schedule.Turn who : Schedule.abba(rounds)) {
            if (who == Schedule.Turn.LOAM) {
                result.loamRounds.add(Stats.median(loam.numbers(round)));
                loam.freeze();
            } else {
                result.peerRounds.add(Stats.median(peer.numbers(round)));
                probe = Math.min(probe, Stats.best(peer.numbers(PROBE_ROUND)));
                peer.freeze();
            }
            if (turn % (2 * PLAIN_EVERY) == 0) {
                plain.turn();
            }
            turn++;
        }
        double here = Rows.named(Rows.PROBE).problem().flops() / probe / 1e6;
        long after = Long.parseLong(peer.ask("handles"));
        result.agreement = new Agreement(Agreement.difference(loamResults, peerResults, losses), handles, after, p.own(), here);
        plain.report(result);
    }

    /** Loam's numbers when there is no peer. */
    private void alone(Side loam, RowResult result) {
        String name = result.row.name();
        String round = "round " + name + " " + Plan.of(loam.number("warm " + name + " " + WARM_STEP_SECONDS)).command();
        for (int i = 0; i < rounds; i++) {
            result.loamRounds.add(Stats.median(loam.numbers(round)));
        }
    }

    /** The peer under the settings with which it does this row's work fastest. */
    private Session.Peer choose(Session session, RowResult result, Path inputs) throws IOException {
        List<Session.Peer> all = session.peers(result.row.problem().infers());
        String name = result.row.name();
        Session.Peer best = null;
        double bestMs = Double.POSITIVE_INFINITY;
        for (Session.Peer p : all) {
            p.side().ask("open " + name + " " + inputs);
            if (all.size() == 1) {
                best = p;
                break;
            }
            Plan plan = Plan.of(p.side().number("warm " + name + " " + PILOT_SECONDS));
            double ms = Stats.median(p.side().numbers("round " + name + " " + plan.command()));
            p.side().freeze();
            if (ms < bestMs) {
                bestMs = ms;
                best = p;
            }
        }
        for (Session.Peer p : all) {
            if (p != best) {
                p.side().ask("close " + name);
                p.side().freeze();
            }
        }
        result.peer = best.name();
        result.peerSettings = best.settings();
        peerFacts.putIfAbsent(best.name(), best.side().facts());
        best.side().freeze();
        return best;
    }

    private void probePeak(Side loam, RowResult result) {
        try {
            peaks.merge(result.threads, loam.number("peak " + result.threads), Math::max);
        } catch (IllegalStateException e) {
            if (!peaks.containsKey(result.threads)) {
                progress.accept("no peak: " + e.getMessage());
            }
        }
    }

    /** Writes a row's inputs, once a run. */
    Path inputs(Row row) throws IOException {
        Path inputs = dir.resolve("inputs").resolve(row.name());
        if (written.add(row.name())) {
            Files.createDirectories(inputs);
            row.problem().write(inputs);
        }
        return inputs;
    }

    /** Engines without native code, on square products and beside one thread only: one iteration a turn. */
    private static final class Plain {
        private final String name;
        private final Map<String, Side> sides = new LinkedHashMap<>();
        private final Map<String, List<Double>> times = new LinkedHashMap<>();

        Plain(Row row, Path inputs, Session session) throws IOException {
            name = row.name();
            if (session.threads() > 1 || !(row.problem() instanceof Problem.Product p) || !p.isSquare() || p.n() > PLAIN_LARGEST) {
                return;
            }
            session.plain().forEach((engine, side) -> {
                side.ask("open " + name + " " + inputs);
                side.ask("warm " + name + " " + PILOT_SECONDS);
                side.freeze();
                sides.put(engine, side);
            });
        }

        void turn() {
            sides.forEach((engine, side) -> {
                times.computeIfAbsent(engine, e -> new ArrayList<>()).add(Stats.median(side.numbers("round " + name + " 1 1 1")));
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
    }
}
