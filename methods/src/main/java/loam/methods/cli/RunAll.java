package loam.methods.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import loam.methods.Claim;
import loam.methods.Method;
import loam.methods.RunResult;
import loam.methods.report.ClaimTable;
import loam.methods.report.RunFile;

/** Runs method after method. What one of them lacks doesn't stop the others; it is told at the end. */
final class RunAll {
    private final Output output;
    private final List<RunResult> results = new ArrayList<>();
    private final List<Failed> failed = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** A method whose run ended with an error. */
    private record Failed(Method method, Problem problem) {
    }

    RunAll(Output output) {
        this.output = output;
        rows.add(List.of("method", "tier", "gating claims", "time", "first claim", "margin", "required"));
    }

    /** Runs {@code methods}; {@code one} runs and shows a single one. */
    void run(List<Method> methods, Function<Method, RunResult> one) {
        for (int i = 0; i < methods.size(); i++) {
            Method method = methods.get(i);
            output.err().println(method.info().slug() + " (" + (i + 1) + " of " + methods.size() + ")");
            output.err().flush();
            try {
                RunResult result = one.apply(method);
                results.add(result);
                rows.add(row(result));
            } catch (UsageException e) {
                throw e;
            } catch (RuntimeException e) {
                Problem problem = output.problem(e);
                failed.add(new Failed(method, problem));
                rows.add(List.of(method.info().slug(), "", problem.code().replace('_', ' '), "", "", "", ""));
                output.err().println(problem.text());
            }
        }
    }

    private static List<String> row(RunResult result) {
        List<Claim.Result> gating = result.claims().stream().filter(c -> c.claim().kind() == Claim.Kind.GATING).toList();
        String verdict = gating.stream().anyMatch(c -> c.verdict() == Claim.Verdict.UNDECIDED) ? "undecided"
                : gating.stream().filter(c -> c.verdict() == Claim.Verdict.HOLDS).count() + " of " + gating.size() + " hold";
        List<String> cells = ClaimTable.cells(gating.get(0));
        String margin = cells.get(3).isEmpty() ? cells.get(2) : cells.get(3);
        return List.of(result.info().slug(), result.tier().label(), verdict, ClaimTable.seconds(result.seconds()), cells.get(0), margin, cells.get(4));
    }

    /** The lines that sum up. */
    List<String> lines(List<Method> without, String tier) {
        List<String> lines = new ArrayList<>(ClaimTable.columns(rows));
        long passed = results.stream().filter(RunResult::passed).count();
        lines.add(passed + " of " + (rows.size() - 1) + " methods: no gating claim fails · " + ClaimTable.seconds(seconds()));
        failed.forEach(f -> lines.add(f.method().info().slug() + ": " + f.problem().message().lines().findFirst().orElse("")));
        if (!without.isEmpty()) {
            lines.add("no tier '" + tier + "': " + String.join(", ", slugs(without)));
        }
        return lines;
    }

    /** The one object of all runs. */
    Map<String, Object> json(List<Method> without) {
        return RunFile.map("runs", results.stream().map(RunFile::object).toList(),
                "failed", failed.stream().map(f -> RunFile.map("method", f.method().info().slug(), "error", f.problem().json().get("error"))).toList(),
                "withoutTier", slugs(without), "seconds", Math.round(seconds() * 1000) / 1000.0);
    }

    /** A gating claim that fails comes first, then the first error. */
    int exit() {
        if (results.stream().anyMatch(r -> !r.passed())) {
            return Exit.CLAIM_FAILS;
        }
        return failed.isEmpty() ? Exit.OK : failed.get(0).problem().exit();
    }

    private double seconds() {
        return results.stream().mapToDouble(RunResult::seconds).sum();
    }

    private static List<String> slugs(List<Method> methods) {
        return methods.stream().map(m -> m.info().slug()).toList();
    }
}
