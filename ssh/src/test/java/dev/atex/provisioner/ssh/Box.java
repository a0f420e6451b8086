package dev.atex.provisioner.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs {@code host.sh} without a connection, with several shells, in its own process namespace and with empty /var, /var/tmp
 * and /tmp. In test scripts, {@code host ORDER LEASE ...} calls it, {@code as UID host ...} as another user.
 *
 * @param shell the shell
 * @param tools the programs that busybox replaces
 */
record Box(String shell, String tools) {
    private static final String FUNCTIONS = """
            mount -t tmpfs -o mode=755 none /var && mkdir -m 1777 /var/tmp && mount -t tmpfs -o mode=1777 none /tmp || exit 99
            if [ -n "$TOOLS" ]; then
              mkdir /var/tools
              for tool in $TOOLS; do ln -s "$(command -v busybox)" /var/tools/$tool; done
            fi
            call() { # ORDER LEASE LIMIT MORE: the short name is the part before the first dash
              order=$1 lease=$2 limit=$3
              shift 3
              PATH=${TOOLS:+/var/tools:}$PATH timeout -s KILL $limit $SHELL_OF_HOST -c 'script=$1; shift; eval "$script"' atex-host \
                "$SCRIPT" $order $lease ${lease%%-*} ${lease%%-*}work $limit $(number $lease):$(($(number $lease) % 16383)) "$@" 9>&-
            }
            number() { cksum <<< "$1" | cut -d ' ' -f 1; } # LEASE: its number in limits of file locks
            host() {
              case $1 in
                lock) call lock $2 60 "me@here:run" ${3:-600} "$4" ;;
                renew) call renew $2 60 ${3:-600} ;;
                release) call release $2 60 ${3:-known} ;;
                *) call $1 $2 60 ;;
              esac 2>&1
            }
            as() { # UID COMMAND
              as=$1
              shift
              ( export -f call host number; exec setpriv --reuid $as --regid $as --clear-groups bash -c '"$@"' bash "$@" )
            }
            """;

    static Stream<Box> all() {
        Box.demandRoot();
        return Stream.of(
                        new Box("dash", ""),
                        new Box("bash --posix", ""),
                        new Box(
                                "busybox sh",
                                "rm rmdir mkdir mv ln readlink stat chmod find sort head cut sed sleep env tail wc"))
                .filter(box -> isThere(box.shell().split(" ")[0]));
    }

    static void demandRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Runs a bash script and returns its output. */
    String run(String script) throws IOException, InterruptedException {
        return run(script, List.of());
    }

    /** Runs a bash script on a host with this uptime and returns its output. */
    String runAt(long uptime, String script) throws IOException, InterruptedException {
        long real = (long)
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        return run(script, List.of("--time", "--boottime", Long.toString(uptime - real)));
    }

    private String run(String script, List<String> namespaces) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(
                "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"));
        argv.addAll(namespaces);
        argv.addAll(List.of("bash", "-c", FUNCTIONS + script));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        Path output = Files.createTempFile("atex-box-", ".out");
        try {
            builder.environment().put("SCRIPT", HostAccess.SCRIPT);
            builder.environment().put("SHELL_OF_HOST", shell);
            builder.environment().put("TOOLS", tools);
            Process process = builder.redirectOutput(output.toFile()).start();
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public String toString() {
        return shell;
    }
}
