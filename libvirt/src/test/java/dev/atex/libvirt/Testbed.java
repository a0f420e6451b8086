package dev.atex.libvirt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.virsh.Virsh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The libvirt and the machine of {@code tools/testbed/libvirt}; tests are skipped with the reason where the script fails. */
public final class Testbed {
    private static final String URI = "qemu:///session";

    private static Testbed bed;

    private final Map<String, String> settings = new TreeMap<>();
    private String problem = "";

    private Testbed() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path script = (Files.exists(here.resolve("atex")) ? here : here.getParent()).resolve("tools/testbed/libvirt");
        Path errors = Files.createTempFile("atex-testbed-", ".err");
        Process process = new ProcessBuilder(script.toString())
                .redirectError(errors.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            problem = Files.readString(errors);
        }
        Files.delete(errors);
        out.lines().forEach(line -> settings.put(line.split("=")[0], line.split("'")[1]));
    }

    private static synchronized String get(String setting) {
        if (bed == null) {
            try {
                bed = new Testbed();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        assumeTrue(bed.problem.isEmpty(), bed.problem);
        return bed.settings.get(setting);
    }

    /** A virsh with a session of its own. */
    public static Virsh virsh() throws Exception {
        return Virsh.find(get("ATEX_TEST_VIRSH"), Optional.of(URI));
    }

    /** A pool of this session. */
    public static String pool() {
        return get("ATEX_TEST_POOL");
    }

    /** A domain that boots the small machine of this pool. */
    public static Path xml() {
        return Path.of(get("ATEX_TEST_XML"));
    }

    /** A key that root of the machine accepts. */
    public static Path key() {
        return Path.of(get("ATEX_TEST_KEY"));
    }

    /** Returns the options of this session. */
    public static String session() {
        return "virt,program=" + get("ATEX_TEST_VIRSH") + ",uri=" + URI + ",pool=" + pool();
    }

    /** Returns the begin of a {@code --provision} option for the small machine. */
    public static String provision() {
        return session() + ",xml=" + xml() + ",identity=" + key() + ",boot-wait=10m";
    }

    /** Returns the output of a call. */
    public static String call(String... arguments) throws Exception {
        return virsh().call(Deadline.after(Duration.ofMinutes(2)), arguments);
    }

    /** Returns the output of a call with this standard input. */
    public static String callWith(String input, String... arguments) throws Exception {
        return virsh().callWith(input, Deadline.after(Duration.ofMinutes(2)), arguments);
    }

    /** Returns the names of all domains and volumes that begin like those of machines. */
    public static List<String> machines() throws Exception {
        return (call("list", "--all", "--name") + "\n" + call("vol-list", pool()))
                .lines()
                .map(line -> line.strip().split("\\s+")[0])
                .filter(name -> name.startsWith("atex-"))
                .toList();
    }
}
