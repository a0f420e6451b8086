package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps {@code prepare} and {@code finish}, with package tools that install nothing. */
@Timeout(300)
class TmtPrepareTest {
    @TempDir
    private Path directory;

    private static Row plan(String name, String text) {
        return row(name).file("t.fmf", "{test: 'true', duration: 1m}\n").plan("discover: {how: fmf}\n" + text);
    }

    @TestFactory
    Stream<DynamicTest> shell() {
        return Rows.of(
                directory,
                plan("each is a script of its own", "prepare: {script: [cd /; A=x, 'echo said $A $PWD $TMT_TREE']}\n")
                        .run()
                        .then(done -> assertThat(done.log("-prepare.log")).containsPattern("said (/\\S+/tests) \\1\n")),
                plan("-e", "prepare: {script: 'false; echo said never'}\n")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .then(done -> assertThat(done.log("-prepare.log")).doesNotContain("said never"))
                        .out("prepare of plan '/plan', phase 'default-0': its script failed with exit code 1"),
                plan("-o pipefail", "prepare: {script: 'false | true'}\n")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .out("its script failed with exit code 1"),
                plan("the rest of prepare is not done", "prepare: [{script: exit 7}, {script: echo said never}]\n")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .then(done -> assertThat(done.log("-prepare.log")).doesNotContain("said never")),
                plan(
                                "finish comes after a failing prepare",
                                "prepare: {script: exit 7}\nfinish: {script: touch @DIR@/mark}\n")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .then(done ->
                                assertThat(done.directory().resolve("mark")).exists()),
                plan("a failing finish ends finish, told", "finish: [{script: exit 9}, {script: touch @DIR@/mark}]\n")
                        .run()
                        .exits(3)
                        .out("finish of plan '/plan', phase 'default-0': its script failed with exit code 9")
                        .then(done ->
                                assertThat(done.directory().resolve("mark")).doesNotExist()),
                plan("finish once for a machine", "finish: {script: 'echo x >> @DIR@/mark'}\n")
                        .test("u", "true")
                        .test("v", "true")
                        .run()
                        .then(done ->
                                assertThat(done.directory().resolve("mark")).hasContent("x")),
                plan("a script without text", "prepare: {how: shell}\n")
                        .dryRun()
                        .told("note: a prepare phase has no 'script' and does nothing (plan.fmf:2)"),
                plan(
                                "url, ref",
                                "prepare: {url: '@DIR@/other', ref: first, script: 'echo said $(ls"
                                        + " $TMT_PREPARE_SHELL_URL_REPOSITORY)'}\n"
                                        + "finish: {url: '@DIR@/other', script: 'echo said $(ls"
                                        + " $TMT_FINISH_SHELL_URL_REPOSITORY)'}\n")
                        .beside("other/one", "")
                        .git("other")
                        .bash("cd other; git tag first; touch two; git add -A; git commit -q -m two")
                        .run()
                        .then(done -> assertThat(done.log("-prepare.log")).contains("said one\n"))
                        .then(done -> assertThat(done.log("-finish.log")).contains("said one two\n")),
                plan("tmt-reboot is refused on this host", "prepare: {script: 'tmt-reboot; echo said never'}\n")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .then(done -> assertThat(done.log("-prepare.log"))
                                .contains("tmt-reboot: ")
                                .doesNotContain("said never")),
                plan("tmt-reboot with another command begins that script again", """
                    prepare:
                      script:
                        - echo said first
                        - echo "said $TMT_REBOOT_COUNT"; [ $TMT_REBOOT_COUNT -gt 0 ] || tmt-reboot -c true
                        - echo said last
                    """)
                        .run()
                        .then(done -> assertThat(
                                        done.log("-prepare.log").lines().filter(line -> line.startsWith("said ")))
                                .containsExactly("said first", "said 0", "said 1", "said last")),
                FakeTools.dnf(plan("packages of tests at 70 and 75", """
                    prepare:
                      - {script: 'echo at 70 >> @DIR@/calls', order: 70}
                      - {script: 'echo at 72 >> @DIR@/calls', order: 72}
                      - {script: 'echo at 90 >> @DIR@/calls', order: 90}
                    """))
                        .file("t.fmf", "{test: 'true', require: [one, unknown], recommend: two}\n")
                        .file("u.fmf", "{test: 'true', require: three}\n")
                        .run()
                        .exits(3)
                        .then(done -> assertThat(done.directory().resolve("calls"))
                                .content()
                                .containsSubsequence(
                                        "at 70\n",
                                        "dnf -y install",
                                        " one unknown three",
                                        "at 72\n",
                                        " two\n",
                                        "at 90"))
                        .result("/t", "infra", "TestSetupError(")
                        .result("/u", "pass"),
                FakeTools.dnf(plan(
                                "packages of a test before it", "prepare: {script: 'echo prepared >> @DIR@/calls'}\n"))
                        .file("t.fmf", "{test: 'true', require: one, recommend: unknown}\n")
                        .run()
                        .result("/t", "pass")
                        .then(done -> assertThat(
                                        Files.readAllLines(done.directory().resolve("calls")))
                                .startsWith("prepared")
                                .anyMatch(line -> line.startsWith("dnf -y install") && line.contains(" one"))),
                FakeTools.dnf(plan("a required package that cannot be had", ""))
                        .file("t.fmf", "{test: 'true', require: unknown}\n")
                        .test("u", "true")
                        .run()
                        .exits(3)
                        .result("/t", "infra", "TestSetupError(")
                        .result("/u", "pass"));
    }

    /** What is called for a phase; the tree is at {@code TREE}. */
    private static Row install(String name, String keys, String... calls) {
        return FakeTools.dnf(plan(name, "prepare: {how: install, " + keys + "}\n"), "there")
                .run()
                .then(done -> assertThat(Files.readAllLines(done.directory().resolve("calls")).stream()
                                .map(line -> line.replaceAll("/\\S+/tests/", "TREE/")))
                        .containsExactly(calls));
    }

    private static Row fails(String name, String keys, String... texts) {
        return FakeTools.dnf(plan(name, "prepare: {how: install, " + keys + "}\n"), "there")
                .run("--prepare-tries", "1")
                .exits(3)
                .out(texts);
    }

    private static Row bad(String name, String phase, String... texts) {
        return plan(name, "prepare: " + phase + "\n").dryRun().mistake(texts);
    }

    @TestFactory
    Stream<DynamicTest> install() {
        return Rows.of(
                directory,
                install("package", "package: one", "dnf -y install one"),
                install("a list, in one call", "package: [one, there, two]", "dnf -y install one two"),
                install("nothing is called when all is there", "package: there"),
                install("check-first: false", "package: there, check-first: false", "dnf -y install there"),
                install("check-first: true", "package: [there, one], check-first: true", "dnf -y install one"),
                install(
                        "path, group, address",
                        "package: [/usr/bin/x, '@tools', 'https://x/a.rpm']",
                        "dnf -y install /usr/bin/x @tools https://x/a.rpm"),
                install(
                                "files of the tree",
                                "package: [rpms/a-1.rpm]",
                                "dnf -y install TREE/rpms/a-1.rpm",
                                "dnf -y reinstall TREE/rpms/a-1.rpm")
                        .file("rpms/a-1.rpm", ""),
                install(
                                "directory",
                                "directory: rpms",
                                "dnf -y install TREE/rpms/a-1.rpm TREE/rpms/b-1.rpm",
                                "dnf -y reinstall TREE/rpms/a-1.rpm TREE/rpms/b-1.rpm")
                        .file("rpms/a-1.rpm", "")
                        .file("rpms/b-1.rpm", "")
                        .file("rpms/c.txt", ""),
                install(
                        "debuginfo",
                        "package: one-debuginfo",
                        "dnf -y install dnf-plugins-core",
                        "dnf debuginfo-install -y one"),
                install(
                        "copr without packages",
                        "copr: [owner/project, '@group/project']",
                        "dnf -y install dnf-plugins-core",
                        "dnf copr enable -y owner/project",
                        "dnf copr enable -y @group/project"),
                install(
                        "copr with packages",
                        "copr: owner/project, package: one",
                        "dnf -y install dnf-plugins-core",
                        "dnf copr enable -y owner/project",
                        "dnf -y install one"),
                install(
                                "missing: skip",
                                "package: [one, unknown], missing: skip",
                                "dnf -y install --skip-broken one unknown")
                        .then(done -> assertThat(done.log("-prepare.log"))
                                .contains("left out, since it cannot be had (missing: skip): unknown")),
                install(
                        "exclude",
                        "package: one, exclude: [thr*, four]",
                        "dnf -y install --exclude=thr* --exclude=four one"),
                fails(
                        "missing: fail",
                        "package: [one, unknown], missing: fail",
                        "prepare of plan '/plan', phase 'default-0': ",
                        "unknown"),
                fails("missing is fail if not given", "package: unknown", "unknown"),
                fails(
                        "a file of the tree that is not there",
                        "package: no.rpm",
                        "there is no file 'no.rpm' in the tree of the plan"),
                fails("a directory without packages", "directory: none", "there is no *.rpm in the directory 'none'"),
                FakeTools.dnf(plan("copr without dnf", "prepare: {how: install, copr: o/p}\n"))
                        .bash("rm tools/dnf")
                        .run("--prepare-tries", "1")
                        .exits(3)
                        .out("copr needs dnf or yum, and this machine has apt-get: o/p"),
                bad(
                        "fmf ids",
                        "{how: install, package: [{url: x}]}",
                        "package: expected a string or a list of strings"),
                bad(
                        "missing: never",
                        "{how: install, missing: never}",
                        "missing: expected 'fail' or 'skip', not 'never'"),
                bad(
                        "a directory outside",
                        "{how: install, directory: ../x}",
                        "directory: '../x' leads out of the tree"),
                bad(
                        "check-first is a boolean",
                        "{how: install, check-first: 'yes'}",
                        "check-first: expected true or false"),
                FakeTools.dnf(plan("finish installs, too", "finish: {how: install, package: one}\n"))
                        .run()
                        .then(done ->
                                assertThat(done.directory().resolve("calls")).hasContent("dnf -y install one")));
    }

    private static Row feature(String name, String keys, String id, String version, String... calls) {
        return FakeTools.dnf(plan(name, "prepare: {how: feature, " + keys + "}\n"))
                .beside("os-release", "NAME=x\nID=\"" + id + "\"\nVERSION_ID=\"" + version + "\"\n")
                .beside("repositories", """
                    repo id            repo name        status
                    crb                CRB              disabled
                    crb-source         CRB              disabled
                    epel               EPEL             disabled
                    """)
                .run("-e", "ATEX_OS_RELEASE=@DIR@/os-release")
                .then(done -> assertThat(Files.readAllLines(done.directory().resolve("calls")))
                        .containsSubsequence(List.of(calls)));
    }

    @TestFactory
    Stream<DynamicTest> features() {
        return Rows.of(
                directory,
                feature(
                        "epel on CentOS",
                        "epel: enabled",
                        "centos",
                        "9",
                        "dnf -y install epel-release epel-next-release",
                        "dnf config-manager --set-enabled epel",
                        "crb enable"),
                feature(
                        "epel on RHEL",
                        "epel: enabled",
                        "rhel",
                        "9.4",
                        "dnf -y install https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm",
                        "dnf config-manager --set-enabled epel"),
                feature("epel: disabled", "epel: disabled", "centos", "9", "dnf config-manager --set-disabled epel"),
                feature("crb", "crb: enabled", "rhel", "8.10", "dnf config-manager --set-enabled crb"),
                feature("crb: disabled", "crb: disabled", "centos", "10", "dnf config-manager --set-disabled crb"),
                feature("elsewhere nothing is done, told", "epel: enabled, crb: enabled", "fedora", "42")
                        .then(done -> assertThat(done.log("-prepare.log"))
                                .contains(
                                        "epel: there is nothing to be done on fedora",
                                        "crb: there is nothing to be done on fedora"))
                        .then(done ->
                                assertThat(done.directory().resolve("calls")).isEmptyFile()),
                bad("fips", "{how: feature, fips: enabled}", "fips: enabled", "[feature]"),
                bad("fips: disabled", "{how: feature, fips: disabled}", "fips: it can only be enabled"),
                bad("profile", "{how: feature, profile: x}", "'profile'", "[feature]"),
                bad("another value", "{how: feature, epel: maybe}", "epel: expected 'enabled' or 'disabled'"),
                bad("artifact", "{how: artifact}", "[how]"),
                bad("errata", "{how: errata}", "[how]"),
                bad("verify-installation", "{how: verify-installation}", "[how]"));
    }

    private static Row ansible(String name, String keys) {
        return FakeTools.dnf(plan(name, "environment: {A: b}\nprepare: {how: ansible, " + keys + "}\n"))
                .file("book.yml", "- hosts: all\n");
    }

    private static Row fake(Row row) {
        return FakeTools.tool(row, "ansible-playbook", "printf '%s\\n' \"$*\" \"$A ${PWD##*/}\" >> @DIR@/played");
    }

    @TestFactory
    Stream<DynamicTest> playbooks() {
        return Rows.of(
                directory,
                fake(ansible(
                                "once per playbook, in the plan's tree",
                                "playbook: book.yml, playbooks: [sub/two.yml, a.b.c], extra-args: '-e \"x y\" -v'"))
                        .file("sub/two.yml", "- hosts: all\n")
                        .run("--ansible")
                        .then(done -> assertThat(
                                        Files.readString(done.directory().resolve("played"))
                                                .lines())
                                .hasSize(6)
                                .anyMatch(line -> line.contains("-c local -i localhost,")
                                        && line.contains("-e x y -v")
                                        && line.contains("book.yml"))
                                .anyMatch(line -> line.contains("sub/two.yml"))
                                .anyMatch(line -> line.contains("a.b.c"))
                                .anyMatch(line -> line.startsWith("b "))),
                fake(ansible("as root only with --ansible", "playbook: book.yml"))
                        .dryRun()
                        .mistake("--ansible"),
                fake(ansible("--allow ansible leaves it out", "playbook: book.yml"))
                        .run("--allow", "ansible")
                        .told(
                                "allowed: plan '/plan' runs playbooks of Ansible, which can have tasks for this host, as root")
                        .then(done ->
                                assertThat(done.directory().resolve("played")).doesNotExist()),
                fake(ansible("a URL", "playbook: 'https://x/y.yml'"))
                        .dryRun("--ansible")
                        .mistake("a playbook with a URL", "[url]"),
                fake(ansible("outside of the tree", "playbook: ../x.yml"))
                        .dryRun("--ansible")
                        .mistake("playbook: '../x.yml' leads out of the tree"),
                fake(ansible("none", "extra-args: x")).dryRun("--ansible").mistake("playbook: there is none"),
                fake(ansible("a quote that does not end", "playbook: book.yml, extra-args: \"'\""))
                        .dryRun("--ansible")
                        .mistake("extra-args"),
                fake(ansible("file://", "playbook: 'file://@DIR@/tree/book.yml'"))
                        .run("--ansible")
                        .then(done -> assertThat(done.directory().resolve("played"))
                                .content()
                                .contains("book.yml")),
                ansible("it fails", "playbook: book.yml")
                        .bash("printf '#!/bin/sh\\n"
                                + "echo not today; exit 2\\n"
                                + "' > tools/ansible-playbook; chmod +x tools/*")
                        .run("--ansible", "--prepare-tries", "1")
                        .exits(3)
                        .out("playbook book.yml failed with exit code 2", "not today"),
                FakeTools.dnf(plan("finish", "finish: {how: ansible, playbook: book.yml}\n"))
                        .file("book.yml", "")
                        .bash("printf '#!/bin/sh\\necho it was played\\n' > tools/ansible-playbook; chmod +x tools/*")
                        .run("--ansible")
                        .then(done -> assertThat(done.log("-finish.log")).contains("it was played")),
                plan("no ansible-playbook", "prepare: {how: ansible, playbook: book.yml}\n")
                        .bash("mkdir bin")
                        .with("PATH", "@DIR@/bin")
                        .dryRun("--ansible")
                        .mistake("[ansible]", "install ansible-core here, or --allow ansible to leave"));
    }

    /** With the program that there is. */
    @TestFactory
    Stream<DynamicTest> realPlaybooks() {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/ansible-playbook")), "there is no ansible-playbook here");
        return Rows.of(
                directory,
                plan(
                                "a real playbook",
                                "environment: {PROOF: '@DIR@/proof'}\n"
                                        + "prepare: {how: ansible, playbook: book.yml, extra-args: -e extra=given}\n")
                        .file("book.yml", """
                            - hosts: all
                              gather_facts: false
                              tasks:
                                - copy:
                                    content: "{{ extra }}"
                                    dest: "{{ lookup('env', 'PROOF') }}"
                            """)
                        .run("--ansible")
                        .then(done ->
                                assertThat(done.directory().resolve("proof")).hasContent("given")));
    }
}
