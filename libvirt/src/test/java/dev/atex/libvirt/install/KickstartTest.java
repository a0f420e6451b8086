package dev.atex.libvirt.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KickstartTest {
    private static final List<String> NONE = List.of();

    private static Kickstart.Result build(
            List<String> deletions,
            List<String> commands,
            List<String> packages,
            List<String> keys,
            List<String> appended)
            throws InstallException {
        return new Kickstart(deletions, commands, packages, keys, appended).build();
    }

    @Test
    void builtInFileInstallsOnePartitionWithoutPassword() throws Exception {
        Kickstart.Result result = Kickstart.builtIn().build();
        assertThat(result.notes()).isEmpty();
        assertThat(result.text()).startsWith("""
                lang en_US.UTF-8
                keyboard --xlayouts=us
                network --bootproto=dhcp
                rootpw --lock
                selinux --enforcing
                timezone --utc Etc/UTC
                zerombr
                clearpart --all --initlabel
                autopart --type=plain --nohome
                bootloader --timeout=1
                shutdown

                %packages
                @core
                qemu-guest-agent
                -rng-tools
                %end
                """).endsWith("""
                %post
                fstrim -a || :
                %end
                """);
    }

    @Test
    void changesAreMadeInOrder() throws Exception {
        Kickstart.Result result = build(
                List.of("^%post.*%end\n", "^network.*?\n"),
                List.of("rootpw --plaintext secret", "timezone Europe/Prague"),
                List.of("vim", "@development"),
                List.of("ssh-ed25519 AAAA me@here"),
                List.of("%post\ntouch /here\n%end", "user --name=me"));
        assertThat(result.notes()).isEmpty();
        assertThat(result.text()).isEqualTo("""
                lang en_US.UTF-8
                keyboard --xlayouts=us
                rootpw --plaintext secret
                selinux --enforcing
                timezone Europe/Prague
                zerombr
                clearpart --all --initlabel
                autopart --type=plain --nohome
                bootloader --timeout=1
                shutdown

                %packages
                @core
                qemu-guest-agent
                -rng-tools
                %end


                %packages --ignoremissing
                vim
                @development
                %end

                sshkey --username=root "ssh-ed25519 AAAA me@here"

                %post
                touch /here
                %end

                user --name=me
                """);
    }

    @Test
    void changesWithoutEffectAreReported() throws Exception {
        Kickstart.Result result = build(List.of("nothing here"), List.of("repo --name=x", "for x"), NONE, NONE, NONE);
        assertThat(result.text()).isEqualTo(Kickstart.builtIn().build().text());
        assertThat(result.notes())
                .hasSize(3)
                .anyMatch(note -> note.contains("'nothing here'"))
                .anyMatch(note -> note.contains("no line that begins with 'repo'"));
    }

    @Test
    void impossibleChangesAreRefused() {
        assertThatThrownBy(() -> build(List.of("("), NONE, NONE, NONE, NONE))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("not a regular expression");
        assertThatThrownBy(() -> build(NONE, List.of(" "), NONE, NONE, NONE)).isInstanceOf(InstallException.class);
        assertThatThrownBy(() -> build(NONE, NONE, List.of("a\n%end"), NONE, NONE))
                .isInstanceOf(InstallException.class);
        assertThatThrownBy(() -> build(NONE, NONE, NONE, List.of("ssh-rsa A\" b"), NONE))
                .isInstanceOf(InstallException.class);
    }

    /** The shell of the built-in file writes repositories on RHEL only. */
    @Test
    void repositoriesAreMadeFromThatOfInstallation(@TempDir Path directory) throws Exception {
        String post = Kickstart.builtIn().build().text().split("%post\n")[1].split("%end")[0];
        assertThat(repositories(directory, post, "rhel", "inst.repo=http://h/x/compose/BaseOS/x86_64/os/"))
                .contains("[rhel-BaseOS]\nname=rhel-BaseOS\nbaseurl=http://h/x/compose/BaseOS/ARCH/os/\nenabled=1")
                .contains("baseurl=http://h/x/compose/AppStream/ARCH/os/\nenabled=1")
                .contains("baseurl=http://h/x/compose/CRB/ARCH/debug/tree/\nenabled=0")
                .contains("baseurl=http://h/x/compose/CRB/source/tree/\nenabled=0");
        assertThat(repositories(directory, post, "fedora", "inst.repo=http://h/x/compose/BaseOS/x86_64/os/"))
                .isEmpty();
        assertThat(repositories(directory, post, "rhel", "quiet")).isEmpty();
    }

    private static String repositories(Path directory, String post, String id, String cmdline)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("os-release"), "ID=" + id + "\n");
        Files.writeString(directory.resolve("cmdline"), "BOOT_IMAGE=x " + cmdline + " quiet\n");
        Path made = directory.resolve("rhel.repo");
        Files.deleteIfExists(made);
        String script = post.replace(
                        "/etc/os-release", directory.resolve("os-release").toString())
                .replace("/proc/cmdline", directory.resolve("cmdline").toString())
                .replace("/etc/yum.repos.d/rhel.repo", made.toString())
                .replace("$(uname -m)", "ARCH");
        Process shell = new ProcessBuilder("bash", "-c", script).inheritIO().start();
        assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return Files.exists(made) ? Files.readString(made) : "";
    }
}
