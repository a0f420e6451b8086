package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.RefusedException;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each key of a plan comes to. */
class PlanTableTest {
    private static final String TESTS = "discover: {how: fmf}\n";

    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("tests.fmf", "/a: {test: 'true'}\n/b: {test: 'true', order: 10}\n");
    }

    private FmfTests discover(String plan, String... context) throws Exception {
        tree.file("plan.fmf", plan);
        return tree.discovery(context).plan("/plan").discover();
    }

    private void fails(String plan, String message) throws IOException {
        tree.file("plan.fmf", plan);
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .isInstanceOf(DiscoveryException.class)
                .isNotInstanceOf(RefusedException.class)
                .hasMessageContaining("plan '/plan'")
                .hasMessageContaining(message);
    }

    private void refused(String plan, String kind, String message) throws Exception {
        tree.file("plan.fmf", plan);
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.kinds()).containsExactly(kind);
                    assertThat(e).hasMessageContaining(message);
                    assertThat(e.findings().getFirst().place()).isPresent();
                });
        try (FmfTests tests =
                tree.discovery().plan("/plan").allow(List.of(kind)).discover()) {
            assertThat(tests.findings()).extracting(Finding::kind).contains(kind);
        }
    }

    // ---- the plan itself

    @Test
    void disabledPlanIsRefusedWithContext() throws Exception {
        refused(TESTS + "enabled: false\n", "disabled", "plan '/plan' is disabled in an empty context");
        refused(TESTS + "enabled: 0\n", "disabled", "is disabled");
        fails(TESTS + "enabled: 'false'\n", "plan.fmf:2: plan '/plan': enabled: expected true or false");
        String byContext = TESTS + "adjust: {when: distro == fedora, enabled: false}\n";
        try (FmfTests tests = discover(byContext)) {
            assertThat(tests.names()).hasSize(2);
        }
        assertThatThrownBy(() -> discover(byContext, "distro=fedora"))
                .hasMessageContaining("plan.fmf:2: plan '/plan' is disabled in the context distro=fedora (disabled)");
    }

    @Test
    void disabledPlanFetchesNoRepository() throws Exception {
        assertThatThrownBy(() -> discover("enabled: false\ndiscover: {url: /no/such/repository}\n"))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void contextOfPlanAppliesToTestsAndWhen() throws Exception {
        tree.file("tests.fmf", """
                test: 'true'
                /old: {adjust: {when: distro == new, enabled: false}}
                /new: {adjust: {when: distro == old, enabled: false}}
                """);
        String plan = TESTS + """
                context: {distro: new, arch: [a, b]}
                adjust: {when: distro == new, environment: {SEEN: 'yes'}}
                prepare:
                  - {script: one $@distro $@arch, when: distro == new}
                  - {script: two, when: distro == old}
                """;
        try (FmfTests tests = discover(plan)) {
            assertThat(tests.names()).containsExactly("/tests/new");
            assertThat(tests.plan().environment()).isEmpty(); // the plan itself sees the command line only
            assertThat(scripts(tests)).containsExactly("one new a,b");
        }
        try (FmfTests tests = discover(plan, "distro=old")) {
            assertThat(tests.names()).containsExactly("/tests/old");
            assertThat(scripts(tests)).containsExactly("two");
        }
        try (FmfTests tests = discover(plan, "distro=new")) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("SEEN", "yes"));
        }
        fails(TESTS + "context: text\n", "context: expected a mapping");
        fails(TESTS + "context:\n  distro: {a: b}\n", "plan.fmf:3: plan '/plan': context: distro: expected a string");
    }

    private static List<String> scripts(FmfTests tests) {
        return tests.plan().prepare().stream()
                .flatMap(phase -> ((Phase.Scripts) phase).scripts().stream())
                .toList();
    }

    @Test
    void unknownKeysHaveSuggestions() throws Exception {
        try (FmfTests tests = discover(TESTS + """
                prepar: {script: x}
                own-thing: 1
                extra-thing: 2
                prepare:
                  - how: shell
                    scrpt: x
                    script: y
                execute: {how: tmt, exit-frst: true}
                """)) {
            assertThat(tests.findings())
                    .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTE));
            assertThat(tests.findings().stream()
                            .collect(Collectors.toMap(f -> f.place().orElse(""), Finding::text)))
                    .isEqualTo(Map.of(
                            "plan.fmf:2", "a plan has an unknown key 'prepar' (did you mean 'prepare'?)",
                            "plan.fmf:7", "a prepare phase has an unknown key 'scrpt' (did you mean 'script'?)",
                            "plan.fmf:9",
                                    "an execute phase has an unknown key 'exit-frst' (did you mean 'exit-first'?)"));
        }
        tree.file("plan.fmf", "discover: {how: fmf, tests: /a}\n");
        assertThat(tree.discovery().plan("/plan").discover().findings())
                .extracting(Finding::text)
                .containsExactly("a discover phase has an unknown key 'tests' (did you mean 'test'?)");
    }

    // ---- phases

    @Test
    void phasesAreSortedByOrderAndNamed() throws Exception {
        try (FmfTests tests = discover(TESTS + """
                prepare:
                  - {script: last, order: 90}
                  - {script: second}
                  - {script: [third, fourth], name: three}
                  - {script: first, order: -5}
                finish: {script: bye}
                """)) {
            assertThat(tests.plan().prepare())
                    .containsExactly(
                            new Phase.Scripts("default-3", -5, List.of("first"), Optional.empty()),
                            new Phase.Scripts("default-1", 50, List.of("second"), Optional.empty()),
                            new Phase.Scripts("three", 50, List.of("third", "fourth"), Optional.empty()),
                            new Phase.Scripts("default-0", 90, List.of("last"), Optional.empty()));
            assertThat(tests.plan().finish())
                    .containsExactly(new Phase.Scripts("default-0", 50, List.of("bye"), Optional.empty()));
            assertThat(tests.findings()).isEmpty();
        }
        fails(TESTS + "prepare:\n - {script: a, order: first}\n", "prepare: order: expected a whole number");
        fails(TESTS + "prepare:\n - {name: a}\n - {name: a}\n", "plan.fmf:4: plan '/plan': prepare: two phases");
    }

    @Test
    void inactivePhasesAreReported() throws Exception {
        try (FmfTests tests = discover(TESTS + """
                provision: {how: connect, guest: host, name: server, role: big}
                prepare:
                  - {script: a, when: [distro == other, distro == fedora]}
                  - {script: b, when: distro == other}
                  - {script: c, when: unknown == x}
                  - {script: d, where: server}
                  - {script: e, where: [client, big]}
                  - {script: f, where: client}
                """, "distro=fedora")) {
            assertThat(scripts(tests)).containsExactly("a", "d", "e");
            assertThat(WrittenTree.shown(tests.findings()))
                    .containsExactly("NOTE off plan.fmf:5", "NOTE off plan.fmf:6", "NOTE off plan.fmf:9");
            assertThat(tests.plan().guest()).isEqualTo(new PlanMachine.Guest("server", "big", Map.of()));
        }
        fails(TESTS + "prepare:\n  script: a\n  when: '=='\n", "plan.fmf:4: plan '/plan': prepare: when: ");
    }

    @Test
    void installFeatureAndAnsibleHaveAllTheirKeys() throws Exception {
        try (FmfTests tests = discover(TESTS + """
                environment: {NAME: x, OPTS: "-e 'a b'"}
                prepare:
                  - how: install
                    package: [a, $NAME]
                    copr: [o/p, "@g/p"]
                    missing: skip
                    exclude: b
                    directory: rpms
                    check-first: true
                  - {how: feature, epel: enabled, crb: disabled}
                  - {how: ansible, playbook: one.yml, playbooks: [two/x.yml, a.b.c], extra-args: $OPTS -v}
                  - {script: s, url: "%s", ref: main}
                """.formatted(directory))) {
            assertThat(tests.plan().prepare())
                    .containsExactly(
                            new Phase.Install(
                                    "default-0",
                                    50,
                                    List.of("a", "x"),
                                    List.of("o/p", "@g/p"),
                                    List.of("b"),
                                    List.of("rpms"),
                                    true,
                                    true),
                            new Phase.Features("default-1", 50, Map.of("epel", true, "crb", false)),
                            new Phase.Playbooks(
                                    "default-2",
                                    50,
                                    List.of("one.yml", "two/x.yml", "a.b.c"),
                                    List.of("-e", "a b", "-v")),
                            new Phase.Scripts(
                                    "default-3",
                                    50,
                                    List.of("s"),
                                    Optional.of(new Phase.Repository(directory.toString(), Optional.of("main")))));
            assertThat(tests.findings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{how: install, missing: never}|missing: expected 'fail' or 'skip'",
                "{how: install, package: {url: x}}|package: expected a string or a list of strings",
                "{how: install, directory: ../x}|directory: '../x' leads out of the tree",
                "{how: install, check-first: 'yes'}|check-first: expected true or false",
                "{how: feature, epel: true}|epel: expected a string",
                "{how: feature, epel: maybe}|epel: expected 'enabled' or 'disabled'",
                "{how: feature, fips: disabled}|fips: it can only be enabled",
                "{how: ansible}|playbook: there is none",
                "{how: ansible, playbook: ../x.yml}|playbook: '../x.yml' leads out of the tree",
                "{how: ansible, playbook: x.yml, extra-args: \"'\"}|extra-args:1: the quote ' does not end",
                "{how: 5, script: x}|how: expected a string",
                "text|prepare: expected a mapping",
                "{script: {a: b}}|script: expected a string",
            })
    void malformedPhasesAreReported(String phase, String message) throws Exception {
        fails(
                TESTS + "prepare: " + phase + "\n",
                "plan.fmf:2: plan '/plan': prepare: " + message.replace("prepare: ", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prepare: {how: artifact}|how|a prepare phase with 'how: artifact' is not supported",
                "finish: {how: errata}|how|a finish phase with 'how: errata' is not supported",
                "execute: {how: upgrade}|how|an execute phase with 'how: upgrade' is not supported",
                "prepare: {how: feature, fips: enabled}|feature|fips: enabled",
                "prepare: {how: feature, profile: x}|feature|'profile'",
                "prepare: {how: ansible, playbook: 'https://x/y.yml'}|url|a playbook with a URL",
                "environment-file: https://x/y|url|'environment-file' is a URL",
                "provision: [{name: a, how: local}, {name: b, how: local}]|multihost|machines that know each other: a, b",
            })
    void unsupportedKeysAreRefusedUnlessAllowed(String key, String kind, String message) throws Exception {
        refused(TESTS + key + "\n", kind, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prepare: {how: shell}|no-script",
                "report: {how: html}|report",
                "report: [{how: display}, {how: polarion}]|report",
                "execute: {how: tmt, interactive: true}|interactive",
                "execute: {isolate: true}|isolate",
                "provision: {how: connect, guest: x, hardware: {memory: 1}}|hardware",
                "provision: {how: local, kickstart: {script: x}}|kickstart",
            })
    void ignoredKeysAreReported(String key, String kind) throws Exception {
        try (FmfTests tests = discover(TESTS + key + "\n")) {
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE " + kind + " plan.fmf:2");
            assertThat(tests.names()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"report: {how: display}", "cleanup: {how: tmt}", "login: {when: fail}", "gate: x", "summary: y"})
    void keysWithoutEffectAreNotReported(String key) throws Exception {
        try (FmfTests tests = discover(TESTS + key + "\n")) {
            assertThat(tests.findings()).isEmpty();
        }
    }

    @Test
    void executeKeysApplyToRun() throws Exception {
        try (FmfTests tests = discover(TESTS + "execute: {how: tmt, exit-first: true, restraint-compatible: true}\n")) {
            assertThat(tests.plan().exitFirst()).isTrue();
            assertThat(tests.plan().restraintCompatible()).isTrue();
            assertThat(tests.plan().ignoreDuration()).isFalse();
        }
        fails(TESTS + "execute: {exit-first: 'yes'}\n", "execute: exit-first: expected true or false");
        fails(TESTS + "execute: [{how: tmt}, {name: x}]\n", "only one phase is allowed");
    }

    // ---- machines

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{how: container}|podman,image=fedora",
                "{how: container, image: 'quay.io/x/y:1', pull: true, user: me}|podman,image=quay.io/x/y:1,pull=always,options=--user=me",
                "{how: container, image: $IMAGE}|podman,image=debian:12",
                "{how: connect, guest: host.example}|ssh,hosts=host.example,user=root",
                "{how: connect, guest: 10.0.0.1, user: me, port: 2222, key: /k, become: true}|ssh,hosts=10.0.0.1,user=me,port=2222,identity=/k,sudo=root",
                "{how: connect, guest: h, ssh-option: [Port=5, StrictHostKeyChecking=no]}|ssh,hosts=h,user=root,port=5,host-keys=off",
            })
    void provisionMapsToProvisioners(String provision, String specification) throws Exception {
        try (FmfTests tests = discover(TESTS + "environment: {IMAGE: 'debian:12'}\nprovision: " + provision + "\n")) {
            assertThat(tests.plan().machine()).isEqualTo(new PlanMachine.Mapped(specification));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{how: container, expose-device: /dev/kvm}|device",
                "{how: container, hardware: {memory: 1}}|hardware",
                "{hardware: {memory: 1}}|hardware",
                "{how: container, kickstart: {script: x}}|kickstart",
                "{how: connect}|guest",
                "{how: connect, guest: x, password: y}|password",
                "{how: connect, guest: x, hard-reboot: rm}|command",
                "{how: connect, guest: x, ssh-option: ProxyCommand=rm}|ssh-option",
                "{how: virtual}|provision",
                "{how: artemis, hardware: {memory: 1}}|provision",
                "{how: beaker}|provision",
                "{how: mock}|provision",
                "{how: other}|how",
            })
    void unavailableMachinesAreRefused(String provision, String kind) throws Exception {
        try (FmfTests tests = discover(TESTS + "provision: " + provision + "\n")) {
            assertThat(tests.plan().machine()).isInstanceOfSatisfying(PlanMachine.Unavailable.class, machine -> {
                assertThat(machine.kind()).isEqualTo(kind);
                assertThat(machine.text()).contains("--provision");
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{how: container, image: --privileged}",
                "{how: container, user: 'x;--privileged'}",
                "{how: container, image: 'x,options=--privileged'}",
                "{how: connect, guest: -oProxyCommand=x}",
                "{how: connect, guest: 'a;b'}",
                "{how: connect, guest: h, port: '1,user=x'}",
            })
    void valuesOfPlanAreNoOptions(String provision) throws Exception {
        fails(TESTS + "provision: " + provision + "\n", "provision: ");
    }

    @Test
    void localAndNoProvision() throws Exception {
        try (FmfTests tests =
                discover(TESTS + "provision: {how: local, environment: {A: $B}}\nenvironment: {B: c}\n")) {
            assertThat(tests.plan().machine()).isEqualTo(new PlanMachine.ThisHost());
            assertThat(tests.plan().guest().environment()).isEqualTo(Map.of("A", "c"));
        }
        try (FmfTests tests = discover(TESTS)) {
            assertThat(tests.plan().machine()).isEqualTo(new PlanMachine.Unspecified());
            assertThat(tests.plan().guest()).isEqualTo(PlanMachine.Guest.USUAL);
        }
    }

    @Test
    void singleMachineHasAllGuestNames() throws Exception {
        tree.file("plan.fmf", TESTS + """
                provision:
                  - {how: local, name: server, role: big, environment: {A: 1, B: 1}}
                  - {how: local, name: client, role: small, environment: {A: 2, C: 2}}
                  - {how: local, name: other, role: small}
                prepare:
                  - {script: a, where: client}
                  - {script: b, where: small}
                  - {script: c, where: nobody}
                """);
        try (FmfTests tests =
                tree.discovery().plan("/plan").allow(List.of("multihost")).discover()) {
            assertThat(tests.plan().guests())
                    .extracting(guest -> guest.name() + " " + guest.role())
                    .containsExactly("server big", "client small", "other small");
            assertThat(tests.plan().guestEnvironment()).isEqualTo(Map.of("A", "1", "B", "1", "C", "2"));
            assertThat(scripts(tests)).containsExactly("a", "b");
            assertThat(tests.findings())
                    .extracting(Finding::text)
                    .contains("the plan needs several machines that know each other: server, client, other;"
                            + " --allow multihost with --provision runs it on one machine that has all these names and"
                            + " roles");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "discover: {how: fmf, order: first}|discover: order: expected a whole number, not 'first'",
                "discover: {how: fmf, modified-only: 'no'}|discover: modified-only: expected true or false, not 'no'",
                "finish: {script: x, order: '1'}|finish: order: expected a whole number, not '1'",
                "execute: {how: tmt, order: first}|execute: order: expected a whole number, not 'first'",
                "report: {how: html, order: first}|report: order: expected a whole number, not 'first'",
                "provision: {how: local, order: first}|provision: order: expected a whole number, not 'first'",
                "provision: {how: container, pull: 'yes'}|provision: pull: expected true or false, not 'yes'",
                "provision: {how: connect, guest: h, become: 'no'}|provision: become: expected true or false, not 'no'",
                "enabled: 'no'|enabled: expected true or false, not 'no'",
                "plan: {import: {url: x, name: y, inherit-context: 'no'}}|inherit-context: expected true or false, not 'no'",
            })
    void valuesHaveTheirTypes(String key, String message) throws Exception {
        boolean whole = key.startsWith("discover") || key.startsWith("plan");
        tree.repository("x", Map.of("p.fmf", "discover: {how: fmf}\n/y: {}\n"));
        fails(
                (whole ? "" : TESTS) + key.replace("url: x, name: y", "url: '" + directory.resolve("x") + "', name: /p")
                        + "\n",
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "enabled: 'false'|enabled: expected true or false, not 'false'",
                "order: first|order: expected a whole number, not 'first'",
                "tty: 'no'|tty: expected true or false, not 'no'",
                "check: {how: avc, enabled: 'no'}|check: enabled: expected true or false, not 'no'",
                "check: {how: journal, dmesg: 'no'}|check: dmesg: expected true or false, not 'no'",
                "restart-with-reboot: 'no'|restart-with-reboot: expected true or false, not 'no'",
            })
    void valuesOfTestsHaveTheirTypes(String key, String message) throws Exception {
        tree.file("tests.fmf", "test: 'true'\n" + key + "\n");
        try (FmfTests tests = discover(TESTS)) {
            assertThat(tests.tests().getFirst().mistake().orElseThrow()).contains(message);
            assertThat(WrittenTree.shown(tests.findings()))
                    .containsExactly("MISTAKE " + key.split(":", 2)[0] + " tests.fmf:2");
        }
    }

    // ---- environment

    @Test
    void variablesAreExpandedOnce() throws Exception {
        tree.file("plan.fmf", """
                environment: {A: $B, B: $C, C: c, PATH: $PATH:/x, D: "${A}$unknown", E: $@arch$@nothing}
                discover: {test: "$PATTERN"}
                prepare:
                  - {script: "echo $C $@arch $@ $@nothing $@{arch}"}
                  - {how: install, package: "$C-${C}-$@{arch}-$"}
                """);
        try (FmfTests tests = tree.discovery("arch=x86")
                .plan("/plan")
                .environment(Map.of("PATTERN", "/a$"))
                .discover()) {
            assertThat(tests.plan().environment())
                    .isEqualTo(Map.of(
                            "A", "$C", "B", "c", "C", "c", "PATH", "$PATH:/x", "D", "$B$unknown", "E", "x86$@nothing"));
            assertThat(tests.names()).containsExactly("/tests/a");
            assertThat(((Phase.Scripts) tests.plan().prepare().getFirst()).scripts())
                    .containsExactly("echo $C x86 $@ $@nothing x86");
            assertThat(((Phase.Install) tests.plan().prepare().getLast()).packages())
                    .containsExactly("c-c-x86-$");
        }
    }

    @Test
    void expandedVariablesAreLimited() throws Exception {
        String big = "x".repeat(100_000);
        fails(
                TESTS + "environment: {A: " + big + "}\nprovision: {how: container, image: '" + "$A".repeat(1000)
                        + "'}\n",
                "longer than 16 MiB");
    }

    @Test
    void filesOfVariablesAreRead() throws Exception {
        tree.file("env/one", "A=1 B='2 3'\n")
                .file("env/two.yml", "B: true\nC: 3\n")
                .file("empty", "# nothing\n");
        try (FmfTests tests =
                discover(TESTS + "environment-file: [env/one, /env/two.yml, empty]\nenvironment: {C: own}\n")) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("A", "1", "B", "True", "C", "own"));
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE empty-file plan.fmf:2");
        }
        fails(
                TESTS + "environment-file: nowhere\n",
                "plan.fmf:2: plan '/plan': environment-file: there is no file 'nowhere'");
        tree.file("env/bad", "A=1\nexport B=2\n");
        fails(TESTS + "environment-file: env/bad\n", "env/bad:2: expected NAME=VALUE");
    }

    @Test
    void filesOutsideOfTreeAreNotRead() throws Exception {
        WrittenTree.write(directory, "secret", "A=1\n");
        Files.createSymbolicLink(tree.root().resolve("link"), directory.resolve("secret"));
        fails(TESTS + "environment-file: ../secret\n", "'../secret' leads out of the tree");
        fails(TESTS + "environment-file: link\n", "'link' leads out of the tree");
        fails(TESTS + "environment-file: " + directory.resolve("secret") + "\n", "there is no file");
        fails(TESTS + "environment-file: tests.fmf/..\n", "environment-file: ");
    }
}
