package loam.tests.standards;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Would catch an arrow between modules that the design forbids, a name of another module's internals, the vector
 * module or EJML named outside their one place, printing from a library, and hidden global state.
 */
@Tag("fast")
class ArchitectureTest {
    /** Each module and what it may build on. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "tensor", Set.of(),
            "autograd", Set.of("tensor"),
            "nn", Set.of("tensor", "autograd"),
            "optim", Set.of("tensor", "autograd"),
            "gpu", Set.of("tensor"),
            "methods", Set.of("tensor", "autograd", "nn", "optim"),
            "bench", Set.of("tensor", "autograd", "nn", "optim", "methods"));

    private static JavaClasses all;

    @BeforeAll
    static void read() {
        all = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("/tests/target/"))
                .importPackages(ALLOWED.keySet().stream().map(module -> "loam." + module).toArray(String[]::new));
        assertTrue(all.size() > 20, "the classes of the modules were not found");
    }

    private static String in(String module) {
        return "loam." + module + "..";
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensor", "autograd", "nn", "optim", "gpu", "methods", "bench"})
    void arrowsPointDown(String module) {
        String[] forbidden = ALLOWED.keySet().stream()
                .filter(other -> !other.equals(module) && !ALLOWED.get(module).contains(other))
                .map(ArchitectureTest::in).toArray(String[]::new);
        noClasses().that().resideInAPackage(in(module)).should().dependOnClassesThat().resideInAnyPackage(forbidden)
                .allowEmptyShould(true).check(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensor", "autograd", "nn", "optim", "gpu", "methods"})
    void internalsStayInside(String module) {
        noClasses().that().resideOutsideOfPackages(in(module), in("bench"))
                .should().dependOnClassesThat().resideInAPackage("loam." + module + "..internal..")
                .because("internal packages are for their own module").allowEmptyShould(true).check(all);
    }

    @Test
    void onlySimdNamesTheVectorModule() {
        noClasses().that().resideOutsideOfPackage("loam.tensor.internal.simd..")
                .should().dependOnClassesThat().resideInAPackage("jdk.incubator..").check(all);
    }

    @Test
    void simdIsNamedByNobody() {
        noClasses().that().resideOutsideOfPackage("loam.tensor.internal.simd..")
                .should().dependOnClassesThat().resideInAPackage("loam.tensor.internal.simd..")
                .because("it is loaded by name, so that everything works without the vector module").check(all);
    }

    @Test
    void ejmlIsNamedInOneClass() {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : all) {
            boolean uses = type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(to -> to.getTargetClass().getPackageName().startsWith("org.ejml"));
            if (uses) {
                users.add(type.getName().replaceAll("\\$.*", ""));
            }
        }
        assertTrue(users.size() <= 1, () -> "EJML is named in " + users);
        assertTrue(users.stream().allMatch(name -> name.startsWith("loam.tensor.internal.ejml.")), users::toString);
    }

    @Test
    void librariesDoNotPrint() {
        noClasses().that().resideOutsideOfPackages("loam.methods.cli..", "loam.bench..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS).check(all);
    }

    @Test
    void onlyTheCommandLineExits() {
        noClasses().that().resideOutsideOfPackages("loam.methods.cli..", "loam.bench..")
                .should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class).check(all);
    }

    @Test
    void noDesktopClasses() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("java.awt..", "javax.swing..").check(all);
    }

    @Test
    void mistakesAreLoamExceptions() {
        noClasses().that().resideInAnyPackage("loam.tensor..", "loam.autograd..", "loam.nn..", "loam.optim..")
                .and().resideOutsideOfPackage("..internal..")
                .and().doNotHaveFullyQualifiedName("loam.tensor.LoamException")
                .should().callConstructorWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(
                        JavaClass.Predicates.belongToAnyOf(RuntimeException.class, IllegalArgumentException.class,
                                IllegalStateException.class, IndexOutOfBoundsException.class))))
                .because("every mistake of a user is a LoamException with operation, reason and hint").check(all);
    }

    @Test
    void commandLineToolsAreOptional() {
        noClasses().that().resideOutsideOfPackage("loam.methods.cli..")
                .should().dependOnClassesThat().resideInAPackage("picocli..")
                .because("importing a method must not bring the command line's libraries").check(all);
    }

    @Test
    void staticStateIsFinal() {
        fields().that().areStatic().and().areDeclaredInClassesThat().resideOutsideOfPackages(in("bench"))
                .and().areDeclaredInClassesThat().doNotHaveFullyQualifiedName("loam.tensor.Context")
                .and().areDeclaredInClassesThat().resideOutsideOfPackage("loam.tensor.internal.parallel..")
                .and().areDeclaredInClassesThat().haveSimpleNameNotEndingWith("Probe")
                .and().doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should().beFinal().because("ambient state lives in Context alone; the thread pool and the peak probe have their own").check(all);
    }

    @Test
    void exceptionsHaveOneRoot() {
        classes().that().areAssignableTo(Throwable.class).and().resideInAnyPackage("loam..")
                .and().resideOutsideOfPackages("loam.methods.cli..", "loam.bench..")
                .should().beAssignableTo("loam.tensor.LoamException").check(all);
    }

    @Test
    void otherEnginesAreNotOnTheClassPath() {
        if (System.getProperty("peers.platform") != null) {
            return;
        }
        ClassLoader loader = ArchitectureTest.class.getClassLoader();
        Stream.of("ai/djl/Model.class", "org/nd4j/linalg/factory/Nd4j.class", "org/tensorflow/Tensor.class",
                "ai/onnxruntime/OrtSession.class").forEach(name -> assertEquals(null, loader.getResource(name), name));
        assertFalse(all.contain("ai.djl.Model"));
    }
}
