package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.Registry;
import loam.methods.Tier;
import loam.methods.data.DataSets;
import loam.methods.report.MethodPage;
import loam.methods.report.RunFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a method that nobody can list, a list out of order, a page without its parts or with numbers that no kept run shows. */
@Tag("fast")
class RegistryTest {
    private static final List<String> PARTS = List.of("Problem", "Idea", "Maths", "Read the code", "Run it", "What you should see", "Where it breaks",
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
    void pagesHaveTheirPartsAndTheNumbersOfTheKeptRuns() {
        for (Method m : Registry.load().methods()) {
            String page = m.readme();
            List<String> heads = page.lines().filter(l -> l.startsWith("## ")).map(l -> l.substring(3)).toList();
            assertEquals(PARTS, heads, m.info().slug());
            List<JsonObject> runs = new ArrayList<>();
            for (Tier tier : Tier.values()) {
                String name = "run-" + tier.label() + ".json";
                m.resource(name).ifPresent(text -> runs.add(RunFile.read(text, name)));
            }
            assertEquals(MethodPage.withRuns(page, runs), page, "the page's tables are not those of the kept runs; MethodPage rewrites them");
            for (JsonObject run : runs) {
                Experiment e = m.experiment();
                Tier tier = Tier.valueOf(run.getString("tier").toUpperCase(Locale.ROOT));
                assertEquals(e.repetitions(tier), run.getArray("seeds").size());
                assertEquals(0L, run.getArray("seeds").getLong(0), "kept runs are those on the judging seeds");
                List<Double> required = e.claims(tier).stream().map(Claim::required).toList();
                assertEquals(required, run.getArray("claims").stream().map(c -> ((JsonObject) c).getDouble("required")).toList(), "thresholds moved after the run");
            }
        }
    }
}
