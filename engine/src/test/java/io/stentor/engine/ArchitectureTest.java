package io.stentor.engine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the architecture, over the main classes of transport, journal, fanout and engine. When one fails, its
 * {@code because} names what to do instead.
 */
final class ArchitectureTest {
    private static final String TRANSPORT = "io.stentor.transport..";
    private static final String WIRE = "io.stentor.transport.wire..";
    private static final String AERON = "io.stentor.transport.aeron..";
    private static final String GATEWAY = "io.stentor.transport.gateway..";
    private static final String JOURNAL = "io.stentor.journal..";
    private static final String FANOUT = "io.stentor.fanout..";
    private static final String ENGINE = "io.stentor.engine..";
    private static final String CLUSTER = "io.stentor.engine.cluster..";
    private static final String COMMAND_LINE = "io.stentor.engine.cli..";

    /** The launcher is the one class of the public API that knows what implements it. */
    private static final String LAUNCHER = "io.stentor.engine.DeliveryEngine";

    private static final String[] EDGE_LIBRARIES = {
        "io.netty..", "com.fasterxml..", "com.google.protobuf..", "com.nimbusds.."
    };

    /** Classes that may read the system's time themselves; every other one is given an Agrona clock. */
    private static final Set<String> CLOCKS = Set.of();

    /** Methods that read the system's time, as {@code owner.name}. */
    private static final Set<String> TIME_SOURCES = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.time.Clock.system",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.systemUTC",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.LocalTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.stentor");

    @ParameterizedTest
    @ValueSource(strings = {TRANSPORT, JOURNAL, FANOUT, ENGINE})
    void shouldSeeClassesOfEachModule(final String module) {
        assertFalse(MAIN.that(resideInAPackage(module)).isEmpty(), module + " is not on the test's class path");
    }

    @Test
    void shouldKeepModulesBelowTheirDependants() {
        check(noClasses()
                .that()
                .resideInAPackage(TRANSPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(JOURNAL, FANOUT, ENGINE)
                .because("transport declares ports, which fanout and engine implement"));
        check(noClasses()
                .that()
                .resideInAPackage(JOURNAL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TRANSPORT, FANOUT, ENGINE)
                .because("the journal stores bytes and knows no module of ours"));
        check(noClasses()
                .that()
                .resideInAPackage(FANOUT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(JOURNAL, ENGINE)
                .because("fanout declares ReplaySource, which the engine implements over the journal"));
    }

    @Test
    void shouldKeepFanoutFreeOfLibraries() {
        check(classes()
                .that()
                .resideInAPackage(FANOUT)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.agrona..", FANOUT, WIRE)
                        .or(isPrimitive())
                        .or(resideInAPackage(GATEWAY).and(doesNotTouch(EDGE_LIBRARIES))))
                .because("fanout can be simulated from a seed: it uses the JDK, Agrona, the wire codecs, and of the"
                        + " gateway only ports that know no socket"));
    }

    @ParameterizedTest
    @CsvSource({
        "com.lmax.., " + ENGINE,
        "io.aeron.cluster.., " + CLUSTER,
        "io.aeron.archive.., " + CLUSTER,
        "io.aeron.., " + AERON + "|" + CLUSTER,
        "net.openhft.., " + JOURNAL,
        "io.netty.., " + GATEWAY,
        "com.fasterxml.., " + GATEWAY,
        "com.google.protobuf.., " + GATEWAY,
        "com.nimbusds.., " + GATEWAY,
        "picocli.., " + COMMAND_LINE,
        "org.snakeyaml.., " + COMMAND_LINE,
        "org.HdrHistogram.., " + ENGINE,
    })
    void shouldKeepLibraryInItsHome(final String library, final String homes) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(homes.split("\\|", -1))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because(library + " has one home, " + homes + ": ask that package for what you need"));
    }

    @Test
    void shouldHaveNoPackageCycles() {
        check(slices().matching("io.stentor.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(nameMatching(LAUNCHER + "(\\$.*)?"), resideInAPackage(ENGINE))
                .because("a cycle makes two packages one; only the launcher may name its implementation"));
    }

    @Test
    void shouldReadTimeOnlyThroughClocks() {
        check(noClasses()
                .that(describe("are not clocks", type -> !CLOCKS.contains(type.getName())))
                .should(readSystemTime())
                .because("clocks are injected: take an org.agrona.concurrent.NanoClock or EpochClock"));
    }

    @Test
    void shouldNameTheJobOfEachClass() {
        check(noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveNameMatching(".*[.$](Abstract|Base)[A-Z]\\w*")
                .because("such a name says nothing: name the role (Sequencer, PageToucher, FrameWindow)"));
    }

    @Test
    void shouldWriteToTheConsoleOnlyFromTheCommandLine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(COMMAND_LINE)
                .should(ACCESS_STANDARD_STREAMS)
                .because("an embedder's console is not ours: use an error handler, a counter or SLF4J"));
        check(noClasses().should(USE_JAVA_UTIL_LOGGING).because("SLF4J is the one log API"));
    }

    @Test
    void shouldNotExposeLibrariesInThePublicApi() {
        check(classes()
                .that()
                .resideInAPackage("io.stentor.engine")
                .and()
                .arePublic()
                .should(exposeNothingOf(resideInAnyPackage("io.aeron..", "net.openhft..", "com.lmax..")))
                .because("the API of the engine outlives the libraries beneath it"));
    }

    private static void check(final ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }

    private static DescribedPredicate<JavaClass> isPrimitive() {
        return describe(
                "primitive",
                type -> type.isPrimitive() || type.getBaseComponentType().isPrimitive());
    }

    private static DescribedPredicate<JavaClass> doesNotTouch(final String... packages) {
        final DescribedPredicate<JavaClass> untouched = resideOutsideOfPackages(packages);
        return describe(
                "touches none of " + String.join(", ", packages),
                type -> type.getDirectDependenciesFromSelf().stream()
                        .allMatch(dependency ->
                                untouched.test(dependency.getTargetClass().getBaseComponentType())));
    }

    private static ArchCondition<JavaClass> readSystemTime() {
        return new ArchCondition<>("read the system's time") {
            @Override
            public void check(final JavaClass type, final ConditionEvents events) {
                for (final JavaAccess<?> access : type.getAccessesFromSelf()) {
                    final String target = access.getTargetOwner().getName() + "." + access.getName();
                    final boolean isNewDate = target.equals("java.util.Date.<init>")
                            && access.getDescription().contains("<init>()");
                    if (isNewDate || TIME_SOURCES.contains(target)) {
                        events.add(SimpleConditionEvent.satisfied(type, access.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> exposeNothingOf(final DescribedPredicate<JavaClass> hidden) {
        return new ArchCondition<>("expose nothing of packages that are hidden") {
            @Override
            public void check(final JavaClass type, final ConditionEvents events) {
                Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                        .forEach(parent -> report(type, type.getName() + " extends", parent, events));
                for (final JavaField field : type.getFields()) {
                    if (isPromised(field.getModifiers())) {
                        report(type, field.getFullName() + " is of type", field.getType(), events);
                    }
                }
                for (final JavaCodeUnit member : type.getCodeUnits()) {
                    if (isPromised(member.getModifiers())) {
                        Stream.concat(
                                        Stream.of(member.getReturnType()),
                                        Stream.concat(
                                                member.getParameterTypes().stream(),
                                                member.getExceptionTypes().stream()))
                                .forEach(used -> report(type, member.getFullName() + " exposes", used, events));
                    }
                }
            }

            private void report(
                    final JavaClass type, final String where, final JavaType used, final ConditionEvents events) {
                used.getAllInvolvedRawTypes().stream()
                        .map(JavaClass::getBaseComponentType)
                        .filter(hidden)
                        .forEach(raw ->
                                events.add(SimpleConditionEvent.violated(type, where + " " + raw.getFullName())));
            }

            private boolean isPromised(final Set<JavaModifier> modifiers) {
                return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
            }
        };
    }
}
