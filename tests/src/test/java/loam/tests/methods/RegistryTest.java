package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Year;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.MethodInfo;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.data.DataSets;
import loam.methods.report.KeptRuns;
import loam.methods.report.MethodPage;
import loam.methods.report.Overview;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a method that nobody can list, a list out of order, a page without its parts or with numbers that no kept run shows. */
@Tag("fast")
class RegistryTest {
    static final List<String> PARTS = List.of("Problem", "Idea", "Maths", "Read the code", "Run it", "What you should see", "Where it breaks",
            "Exercises", "Paper");

    @Test
    void everyExperimentIsRegistered() {
        Set<String> found = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("loam.methods").stream()
                .filter(c -> c.isAssignableTo(Experiment.class) && !c.isInterface()).map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        assertFalse(found.isEmpty());
        Set<String> listed = Registry.load().methods().stream().map(m -> m.experiment().getClass().getName()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(found, listed);
    }

    @Test
    void familiesAreSortedAndPackagesFollowTheNames() {
        Set<String> slugs = new HashSet<>();
        for (MethodFamily family : Registry.load().families()) {
            List<String> own = family.methods().stream().map(m -> m.info().slug()).toList();
            assertEquals(own.stream().sorted().toList(), own, family.name());
            assertTrue(slugs.addAll(own));
            for (Method m : family.methods()) {
                assertEquals(family.name(), m.info().family());
                assertEquals("loam.methods." + family.name() + "." + m.info().slug().replace("-", ""), m.experiment().getClass().getPackageName());
            }
        }
    }

    @Test
    void everyTierNamesItsDataClaimsAndArms() {
        for (Method m : Registry.load().methods()) {
            Experiment e = m.experiment();
            assertTrue(e.tiers().contains(e.defaultTier()));
            for (Tier tier : e.tiers()) {
                String where = m.info().slug() + " " + tier;
                assertTrue(e.claims(tier).stream().anyMatch(c -> c.kind() == Claim.Kind.GATING), where);
                assertTrue(e.repetitions(tier) >= 1 && !e.arms(tier).isEmpty(), where);
                e.data(tier).forEach(d -> assertTrue(DataSets.find(d).isPresent(), where + " " + d));
            }
        }
    }

    @Test
    void everyMethodSaysWhatItIsAndWhereItComesFrom() {
        for (Method m : Registry.load().methods()) {
            MethodInfo i = m.info();
            String where = i.slug() + ": ";
            for (String text : List.of(i.title(), i.paper(), i.authors(), i.source(), i.family())) {
                assertTrue(!text.isBlank() && text.equals(text.strip()) && text.lines().count() == 1, where + "'" + text + "' is empty or not one clean line");
            }
            assertTrue(i.title().length() <= 120 && !i.title().endsWith("."), where + "the title says in one short line what it does");
            assertTrue(i.year() >= 1900 && i.year() <= Year.now().getValue(), where + "year " + i.year());
            assertTrue(i.source().startsWith("https://"), where + "source is the address of the paper");
            assertTrue(m.readme().startsWith("# " + i.slug() + ": ") && m.readme().contains(i.source()), where + "its page has its name and the paper's address");
            assertTrue(m.resource("thresholds.properties").isPresent(), where + "thresholds.properties is missing beside its page");
            assertTrue(m.experiment().tiers().contains(Tier.TINY), where + "it has no tiny tier, which the tests run");
        }
    }

    @Test
    void settingsClaimsAndArmsAreClear() {
        for (Method m : Registry.load().methods()) {
            Experiment e = m.experiment();
            for (Tier tier : e.tiers()) {
                String where = m.info().slug() + " " + tier + ": ";
                for (Setting s : e.settings(tier)) {
                    assertTrue(!s.about().isBlank(), where + s.key() + " is not explained");
                    assertEquals(s.defaultValue(), s.parse(String.valueOf(s.defaultValue())), where + s.key());
                }
                assertFalse(e.summary(tier, Settings.of(e.settings(tier), Map.of())).isBlank(), where + "no summary");
                for (List<String> names : List.of(e.settings(tier).stream().map(Setting::key).toList(), e.claims(tier).stream().map(Claim::name).toList(), e.arms(tier))) {
                    assertEquals(names.size(), new HashSet<>(names).size(), where + "a name stands twice in " + names);
                }
            }
        }
    }

    @Test
    void pagesHaveTheirPartsAndTheNumbersOfTheKeptRuns() {
        for (Method m : Registry.load().methods()) {
            String page = m.readme();
            List<String> heads = page.lines().filter(l -> l.startsWith("## ")).map(l -> l.substring(3)).toList();
            assertEquals(PARTS, heads, m.info().slug());
            assertEquals(MethodPage.withRuns(page, KeptRuns.of(m)), page, m.info().slug()
                    + ": the page's tables are not those of the kept runs; './loam page' rewrites them");
        }
    }

    @Test
    void theOverviewIsMadeFromTheKeptRuns() {
        String made = Overview.of(Registry.load(), KeptRuns::of);
        assertEquals(made, Repo.read(Repo.root().resolve("methods/README.md")), "methods/README.md is not that of the kept runs; './loam page' rewrites it");
    }

    @Test
    void keptRunsAreWhatTheirNamesSay() {
        for (Method m : Registry.load().methods()) {
            KeptRuns.of(m).forEach((name, run) -> {
                String where = m.info().slug() + " " + name;
                Experiment e = m.experiment();
                String label = name.split("[-.]")[1];
                assertEquals(m.info().slug(), run.getString("method"), where);
                assertEquals(label, run.getString("tier"), where);
                Tier tier = Tier.valueOf(label.toUpperCase(Locale.ROOT));
                assertTrue(!run.has("settings") || run.getObject("settings").isEmpty(), where + ": kept runs have no changed settings");
                for (Object d : run.getArray("data")) {
                    String source = ((JsonObject) d).getString("source");
                    assertTrue(!source.contains("/") || source.startsWith("$LOAM_DATA/"), where + ": a folder of one machine; write $LOAM_DATA/... for " + source);
                }
                seedsAreTheJudging(where, name, run, e.repetitions(tier));
                if (name.equals(KeptRuns.SCALAR)) {
                    assertEquals("scalar", run.getObject("environment").getString("kernels"), where);
                }
                List<JsonObject> judged = run.getArray("claims").stream().map(JsonObject.class::cast).toList();
                if (KeptRuns.isFirst(name)) {
                    thresholdsOutlivedTheChange(where, judged, e.claims(tier));
                    return;
                }
                List<Double> required = e.claims(tier).stream().map(Claim::required).toList();
                assertEquals(required, judged.stream().map(c -> c.getDouble("required")).toList(), where + ": thresholds moved after the run");
                if (run.has("tuning") && !run.getArray("tuning").isEmpty()) {                   // empty: older than the record
                    assertEquals(e.tuning(tier), run.getArray("tuning").stream().map(t -> tuning((JsonObject) t)).toList(),
                            where + ": the tuning that is told now is not what the run file tells");
                }
            });
        }
    }

    /** An experiment may change after its first run; the claims that it keeps need what they needed then. */
    private static void thresholdsOutlivedTheChange(String where, List<JsonObject> judged, List<Claim> now) {
        Map<String, Double> then = judged.stream().collect(Collectors.toMap(c -> c.getString("name"), c -> c.getDouble("required")));
        List<Claim> kept = now.stream().filter(c -> then.containsKey(c.name())).toList();
        assertFalse(kept.isEmpty(), where + ": a first run of other claims");
        kept.forEach(c -> assertEquals(then.get(c.name()), c.required(), where + ": the threshold of '" + c.name() + "' moved after the first run"));
    }

    /** Seeds 0, 1, ... for most; those of the commit for the fresh file; fewer only on the slow scalar kernels. */
    private static void seedsAreTheJudging(String where, String name, JsonObject run, int repetitions) {
        List<Long> seeds = run.getArray("seeds").stream().map(s -> ((Number) s).longValue()).toList();
        assertTrue(seeds.size() == repetitions || name.equals(KeptRuns.SCALAR) && seeds.size() < repetitions, where + ": seeds " + seeds);
        assertEquals(name.equals(KeptRuns.FRESH), run.has("seedsFrom"), where + ": 'seedsFrom' stands in " + KeptRuns.FRESH + " alone");
        assertEquals(run.has("seedsFrom") ? RunRequest.seedsFrom(run.getString("seedsFrom"), seeds.size()) : RunRequest.seeds(0, seeds.size()), seeds, where);
    }

    private static Tuning tuning(JsonObject t) {
        return new Tuning(t.getString("arm"), t.getString("setting"), t.getArray("tried").stream().map(String.class::cast).toList(), t.getString("chosen"),
                t.getArray("seeds").stream().map(s -> ((Number) s).longValue()).toList());
    }

    /** An arm without any free setting has no entry; those that have one get equal numbers of tries. {@link Tuning} itself checks the seeds. */
    @Test
    void tunedArmsHadEqualNumbersOfTries() {
        for (Method m : Registry.load().methods()) {
            Experiment e = m.experiment();
            for (Tier tier : e.tiers()) {
                Map<String, Integer> tries = new TreeMap<>();
                e.tuning(tier).forEach(t -> tries.merge(t.arm(), t.tried().size() * t.seeds().size(), Integer::sum));
                String where = m.info().slug() + " " + tier + " " + tries;
                assertTrue(e.arms(tier).containsAll(tries.keySet()), where + ": no such arms; there are " + e.arms(tier));
                assertTrue(new HashSet<>(tries.values()).size() <= 1, where + ": unequal numbers of tries (values times seeds)");
            }
        }
    }
}
