package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The measurements of one row at one thread count, filled in as they come; what was not measured stays null. */
final class RowResult {
    final Row row;
    final int threads;
    final List<Double> loamRounds = new ArrayList<>();
    final List<Double> peerRounds = new ArrayList<>();
    final List<Map<String, Object>> others = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    String peer;
    Map<String, String> peerSettings = Map.of();
    Agreement agreement;
    Double peak;
    Double bytesPerStep;
    Double plainBytesPerStep;
    float[] losses;
    float[] peerLosses;

    RowResult(Row row, int threads) {
        this.row = row;
        this.threads = threads;
    }

    static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    Double loamMs() {
        return loamRounds.isEmpty() ? null : Stats.median(array(loamRounds));
    }

    Double peerMs() {
        return peerRounds.isEmpty() ? null : Stats.median(array(peerRounds));
    }

    /** Loam's median over the peer's, whether or not the comparison counts. */
    Double ratio() {
        return loamRounds.isEmpty() || peerRounds.isEmpty() ? null : loamMs() / peerMs();
    }

    Double gflops() {
        return loamRounds.isEmpty() || row.problem().flops() == 0 ? null : row.problem().flops() / loamMs() / 1e6;
    }

    Double peakShare() {
        return peak == null || gflops() == null ? null : gflops() / peak;
    }

    /** Spread of the rounds' own ratios. */
    Double iqr() {
        int n = Math.min(loamRounds.size(), peerRounds.size());
        if (n == 0) {
            return null;
        }
        double[] ratios = new double[n];
        for (int i = 0; i < n; i++) {
            ratios[i] = loamRounds.get(i) / peerRounds.get(i);
        }
        return Stats.iqr(ratios);
    }

    /** Whatever speaks against the comparison with the peer. */
    List<String> objections() {
        List<String> all = new ArrayList<>(problems);
        if (agreement != null) {
            all.addAll(agreement.objections());
        } else if (problems.isEmpty()) {
            all.add("no peer was measured");
        }
        return all;
    }

    Verdict verdict() {
        Double counted = objections().isEmpty() ? ratio() : null;
        return Verdict.of(row.must(), row.goal(), counted, peakShare());
    }

    Map<String, Object> json() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("name", row.name());
        m.put("threads", threads);
        m.put("loamMs", loamMs());
        m.put("peer", peer);
        m.put("peerMs", peerMs());
        m.put("ratio", ratio());
        m.put("gflops", gflops());
        m.put("peakShare", peakShare());
        m.put("goal", row.goal().json());
        m.put("must", row.must().json());
        m.put("rounds", Math.min(loamRounds.size(), peerRounds.isEmpty() ? loamRounds.size() : peerRounds.size()));
        m.put("iqr", iqr());
        m.put("loamIqrMs", loamRounds.isEmpty() ? null : Stats.iqr(array(loamRounds)));
        m.put("peerIqrMs", peerRounds.isEmpty() ? null : Stats.iqr(array(peerRounds)));
        m.put("verdict", verdict().word());
        m.put("bytesPerStep", bytesPerStep);
        m.put("bytesPerStepWithoutWorkspace", plainBytesPerStep);
        m.put("others", others);
        m.put("peerSettings", peerSettings);
        m.put("checks", agreement == null ? null : agreement.json());
        m.put("losses", losses == null ? null : list(losses));
        m.put("peerLosses", peerLosses == null ? null : list(peerLosses));
        m.put("problems", problems);
        m.put("loamRoundsMs", loamRounds);
        m.put("peerRoundsMs", peerRounds);
        return m;
    }

    private static List<Double> list(float[] values) {
        List<Double> l = new ArrayList<>();
        for (float v : values) {
            l.add((double) v);
        }
        return l;
    }
}
