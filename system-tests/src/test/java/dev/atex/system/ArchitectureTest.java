package dev.atex.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.atex.concurrent.ProcessLauncher;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of the house. */
class ArchitectureTest {
    private static final String FMF = "dev.atex.fmf..";
    private static final String EXECUTOR_FMF = "dev.atex.executor.fmf..";
    private static final String REPORT = "dev.atex.report..";
    private static final String CLI = "dev.atex.cli..";

    /** Implementations for one kind of machine. */
    private static final String[] BACKENDS = {
        "dev.atex.local..",
        "dev.atex.connection.copy..",
        "dev.atex.connection.ssh..",
        "dev.atex.provisioner.ssh..",
        "dev.atex.podman..",
        "dev.atex.testingfarm..",
        "dev.atex.libvirt.."
    };

    /** Containers are on this host, and reached by programs that run here. */
    private static final String PODMAN = "dev.atex.podman..";

    /** Machines that are rented are reached over SSH. */
    private static final String TESTINGFARM = "dev.atex.testingfarm..";

    /** Virtual machines are reached over SSH. */
    private static final String LIBVIRT = "dev.atex.libvirt..";

    /** Trees of files over several kinds of connections. */
    private static final String COPY = "dev.atex.connection.copy..";

    private static final String SSH_CONNECTION = "dev.atex.connection.ssh..";
    private static final String SSH_PROVISIONER = "dev.atex.provisioner.ssh..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.atex");

    @Test
    void allRoomsAreLookedAt() {
        for (String room : new String[] {
            "orchestrator",
            "fmf",
            "executor.fmf",
            "report",
            "cli",
            "local",
            "connection.ssh",
            "connection.copy",
            "podman",
            "testingfarm",
            "libvirt"
        }) {
            assertThat(ALL.containPackage("dev.atex." + room)).as(room).isTrue();
        }
    }

    @Test
    void coreDependsOnNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.atex..")
                .and()
                .resideOutsideOfPackages(
                        FMF,
                        EXECUTOR_FMF,
                        PODMAN,
                        TESTINGFARM,
                        LIBVIRT,
                        COPY,
                        SSH_CONNECTION,
                        SSH_PROVISIONER,
                        REPORT,
                        CLI)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        FMF,
                        EXECUTOR_FMF,
                        PODMAN,
                        TESTINGFARM,
                        LIBVIRT,
                        COPY,
                        SSH_CONNECTION,
                        SSH_PROVISIONER,
                        REPORT,
                        CLI)
                .check(ALL);
    }

    @Test
    void fmfIsALibraryOfItsOwn() {
        noClasses()
                .that()
                .resideInAPackage(FMF)
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are ours and not of fmf",
                        type -> type.getPackageName().startsWith("dev.atex.")
                                && !type.getPackageName().startsWith("dev.atex.fmf")))
                .check(ALL);
    }

    @Test
    void copyingKnowsOnlyTheCore() {
        noClasses()
                .that()
                .resideInAPackage(COPY)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PODMAN, TESTINGFARM, LIBVIRT, SSH_CONNECTION, SSH_PROVISIONER, "dev.atex.local..")
                .check(ALL);
    }

    @Test
    void reportsKnowOnlyTheCore() {
        noClasses()
                .that()
                .resideInAPackage(REPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        FMF, EXECUTOR_FMF, CLI, "dev.atex.connection..", "dev.atex.provisioner..", "dev.atex.local..")
                .check(ALL);
    }

    @Test
    void theExecutorKnowsNoBackendAndNoOrchestrator() {
        noClasses()
                .that()
                .resideInAPackage(EXECUTOR_FMF)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.atex.local..",
                        COPY,
                        SSH_CONNECTION,
                        TESTINGFARM,
                        LIBVIRT,
                        "dev.atex.provisioner..",
                        "dev.atex.orchestrator..",
                        "dev.atex.run..",
                        PODMAN,
                        CLI)
                .check(ALL);
    }

    @Test
    void backendsKnowNoExecutorAndNoOrchestrator() {
        noClasses()
                .that()
                .resideInAnyPackage(BACKENDS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.atex.executor..",
                        "dev.atex.orchestrator..",
                        "dev.atex.run..",
                        "dev.atex.aggregator..",
                        CLI)
                .check(ALL);
    }

    @Test
    void nobodyKnowsABackend() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BACKENDS)
                .and()
                .doNotHaveFullyQualifiedName("dev.atex.cli.machines.ImageBuildCommand")
                .and()
                .doNotHaveFullyQualifiedName("dev.atex.cli.selection.UrlReader") // trust and proxies are in one place
                .and()
                .haveNameNotMatching(
                        "dev\\.atex\\.cli\\.(tf|shvirt|virt)\\.[\\w$]+") // each of these is about one of them
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BACKENDS)
                .check(ALL);
    }

    @Test
    void processesAreStartedOneAfterTheOther() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ProcessLauncher.class.getName())
                .and()
                .resideOutsideOfPackage(FMF) // git, before there is a run
                .should()
                .callMethod(ProcessBuilder.class, "start")
                .check(ALL);
    }

    @Test
    void schedulingIsPure() {
        classes()
                .that()
                .resideInAPackage("dev.atex.run.schedule")
                .should()
                .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "compute: no threads, clocks, files or random numbers",
                        type -> !type.getName().matches("java\\.(io|net|nio)\\..*")
                                && !type.getName().startsWith("java.util.concurrent.")
                                && !type.getName().matches("java\\.util\\.(Random|UUID|random\\..*)")
                                && !type.getName().matches("java\\.time\\.(Clock|InstantSource)")
                                && !type.getName().matches("java\\.lang\\.(Thread|Process).*")))
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("dev.atex.run.schedule")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .assignedFrom(new TopPackages())
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void packagesBelowOthersHaveNoCyclesEither() {
        SlicesRuleDefinition.slices()
                .matching("dev.atex.(**)")
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void modelOfARunKnowsNeitherItsSchedulerNorItsEngine() {
        noClasses()
                .that()
                .resideInAPackage("dev.atex.run")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.atex.run.schedule..", "dev.atex.run.engine..", "dev.atex.orchestrator..")
                .check(ALL);
    }

    @Test
    void onlyOrchestratorsKnowTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.atex.run.engine..", "dev.atex.orchestrator..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.atex.run.engine..")
                .check(ALL);
    }

    @Test
    void runsKnowMachinesOnlyByTheirInterfaces() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.atex.run..", "dev.atex.orchestrator..", "dev.atex.aggregator..", "dev.atex.executor")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.atex.connection.support..",
                        "dev.atex.provisioner.pool..",
                        "dev.atex.lease..",
                        "dev.atex.local..")
                .check(ALL);
    }

    /** The packages below {@code dev.atex}; SSH and copying are modules of their own in packages of core's names. */
    private static final class TopPackages implements SliceAssignment {
        private static final Pattern NAME =
                Pattern.compile("dev\\.atex\\.(?:(?:connection|provisioner)\\.(ssh|copy)|(\\w+))\\b.*");

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            Matcher name = NAME.matcher(type.getPackageName());
            return name.matches()
                    ? SliceIdentifier.of(name.group(1) == null ? name.group(2) : name.group(1))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "top packages";
        }
    }
}
