package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which machine a plan gets when none is named on the command line. */
@Timeout(300)
class TmtProvisionTest {
    @TempDir
    private Path directory;

    private static Row plan(String provision) {
        return plan(provision, provision);
    }

    private static Row plan(String name, String provision) {
        return row(name)
                .file("t.fmf", "{test: 'true', duration: 1m}\n")
                .plan("discover: {how: fmf}\nenvironment: {IMAGE: 'debian:12'}\n"
                        + (provision.isEmpty() ? "" : "provision: " + provision + "\n"))
                .beside("key", "x\n")
                .with("ATEX_PROVISION", "");
    }

    private static Row on(String provision, String machine) {
        return plan(provision).dryRun().out("1 test would be run on " + machine + " as platform ");
    }

    /** It is refused to run, by its kind; what may not run can be talked about. */
    private static Row not(String provision, String... texts) {
        return plan(provision)
                .command("run", "--root", "tree", "--plan", "/plan", "--output", "run")
                .mistake(texts);
    }

    private static Row bad(String provision) {
        return plan(provision).dryRun().mistake("plan.fmf:3: plan '/plan': provision: ");
    }

    @TestFactory
    Stream<DynamicTest> mapped() {
        return Rows.of(
                directory,
                on("{how: container}", "podman,image=fedora"),
                on("{how: container, image: 'quay.io/x/y:1'}", "podman,image=quay.io/x/y:1"),
                on("{how: container, image: $IMAGE, pull: true}", "podman,image=debian:12,pull=always"),
                on("{how: container, user: me}", "podman,image=fedora,options=--user=me"),
                on("[{how: container, image: x}]", "podman,image=x"),
                plan("{how: container, become: true}")
                        .dryRun()
                        .out("podman,image=fedora")
                        .told("note: the plan's container has 'become', which atex ignores (plan.fmf:3)"),
                on("{how: connect, guest: host.example}", "ssh,hosts=host.example,user=root"),
                on("{how: connect, guest: h, user: me, port: 2222}", "ssh,hosts=h,user=me,port=2222"),
                on("{how: connect, guest: h, key: '@DIR@/key'}", "ssh,hosts=h,user=root,identity=@DIR@/key"),
                on("{how: connect, guest: h, become: true}", "ssh,hosts=h,user=root,sudo=root"),
                on(
                        "{how: connect, guest: h, ssh-option: [Port=5, User=u, IdentityFile=@DIR@/key]}",
                        "ssh,hosts=h,user=u,port=5,identity=@DIR@/key"),
                on(
                        "{how: connect, guest: h, ssh-option: StrictHostKeyChecking=no}",
                        "ssh,hosts=h,user=root,host-keys=off"));
    }

    @TestFactory
    Stream<DynamicTest> refused() {
        return Rows.of(
                directory,
                not("{how: container, expose-device: /dev/kvm}", "expose-device", "--provision"),
                not("{how: container, hardware: {memory: 1}}", "hardware", "--provision"),
                not("{how: container, kickstart: {script: x}}", "kickstart"),
                not("{how: connect}", "guest"),
                not("{how: connect, guest: h, password: y}", "password"),
                not("{how: connect, guest: h, soft-reboot: rm}", "soft-reboot"),
                not("{how: connect, guest: h, hard-reboot: rm}", "hard-reboot"),
                not("{how: connect, guest: h, ssh-option: ProxyCommand=rm}", "ssh-option"),
                not("{how: virtual}", "virtual", "--provision"),
                not("{how: virtual.testcloud, image: fedora}", "virtual.testcloud", "--provision"),
                not("{how: artemis, hardware: {memory: 1}}", "artemis", "--provision testingfarm,compose="),
                not("{how: beaker}", "beaker", "--provision testingfarm,compose=", "--provision ssh,hosts="),
                not("{how: minute}", "minute"),
                not("{how: mrack}", "mrack"),
                not("{how: openstack}", "openstack"),
                not("{how: bootc}", "bootc"),
                not("{how: mock}", "mock"),
                not("{how: other}", "other"),
                not("[{name: a, how: container}, {name: b, how: container}]", "machines that know each other: a, b"),
                not("{hardware: {memory: 1}}", "hardware"),
                not("{how: local, hardware: {memory: 1}}", "hardware"),
                bad("{how: container, image: --privileged}"),
                bad("{how: container, user: 'x;--privileged'}"),
                bad("{how: container, image: 'x,options=--privileged'}"),
                bad("{how: connect, guest: -oProxyCommand=x}"),
                bad("{how: connect, guest: 'a;b'}"),
                bad("{how: connect, guest: h, port: '1,user=x'}"));
    }

    @TestFactory
    Stream<DynamicTest> others() {
        return Rows.of(
                directory,
                plan("--allow gives no machine", "{how: beaker}")
                        .command("run", "--root", "tree", "--plan", "/plan", "--output", "run", "--allow", "provision")
                        .mistake("beaker"),
                plan("how: local with prepare", "")
                        .file(
                                "plan.fmf",
                                "discover: {how: fmf}\nprovision: {how: local}\nprepare: {script: touch @DIR@/mark}\n")
                        .command("run", "--root", "tree", "--plan", "/plan", "--output", "run", "--allow", "provision")
                        .mistake("plan /plan would run on this host", "1 prepare script", "--provision local")
                        .then(done ->
                                assertThat(done.directory().resolve("mark")).doesNotExist()),
                plan("no provision, with finish", "")
                        .file("plan.fmf", "discover: {how: fmf}\nfinish: {script: touch @DIR@/mark}\n")
                        .command("run", "--root", "tree", "--plan", "/plan", "--output", "run", "--allow", "how")
                        .mistake("plan /plan would run on this host", "1 finish script")
                        .then(done ->
                                assertThat(done.directory().resolve("mark")).doesNotExist()),
                plan("--provision wins", "{how: beaker}")
                        .run()
                        .told(
                                "note: the plan's machine is not used, as local was asked for: the plan asks for a machine"
                                        + " by 'how: beaker'")
                        .result("/t", "pass"),
                plan("--provision wins, told", "{how: virtual, image: fedora}")
                        .dryRun("--provision", "local")
                        .told("note: the plan's machine is not used, as local was asked for: the plan asks for a"
                                + " machine by 'how: virtual'"),
                plan("ATEX_PROVISION wins", "{how: container}")
                        .with("ATEX_PROVISION", "local")
                        .run()
                        .told("note: the plan's machine (podman,image=fedora) is not used, as local was asked for")
                        .result("/t", "pass"),
                plan("hardware goes to those that can be asked", "{how: beaker, hardware: {memory: 1}}")
                        .dryRun("--provision", "testingfarm,compose=x")
                        .out("testingfarm,compose=x")
                        .told("note: the plan's machine is not used, as testingfarm,compose=x was asked for: "),
                plan("hardware is told elsewhere", "{how: connect, guest: h, hardware: {memory: 1}}")
                        .dryRun()
                        .told("note: the plan asks for a machine with 'hardware', which atex ignores"),
                plan("several guests", "[{name: a, how: virtual, role: x}, {name: b, how: virtual, role: y}]")
                        .dryRun("--provision", "local")
                        .mistake("[multihost]", "a, b"),
                plan("several guests, allowed", "[{name: a, how: virtual}, {name: b, how: virtual}]")
                        .dryRun("--provision", "local", "--allow", "multihost")
                        .told(
                                "allowed: the plan needs several machines that know each other: a, b",
                                "note: the plan's machine is not used, as local was asked for: the plan needs several machines that know each other: a, b")
                        .out("would be run on local"));
    }
}
