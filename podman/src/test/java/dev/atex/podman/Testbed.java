package dev.atex.podman;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseLog;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionerContext;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The engines and images of {@code tools/testbed}; tests are skipped with the reason where the scripts fail. */
public final class Testbed {
    private static final Deadline MINUTES = Deadline.after(Duration.ofMinutes(10));

    private static final Map<String, Testbed> BEDS = new TreeMap<>();

    private final Map<String, String> settings = new TreeMap<>();
    private String problem = "";

    private Testbed(String name) throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path script = (Files.exists(here.resolve("atex")) ? here : here.getParent())
                .resolve("tools/testbed")
                .resolve(name);
        Path said = Files.createTempFile("atex-testbed-", ".err");
        Process process = new ProcessBuilder(script.toString())
                .redirectError(said.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            problem = Files.readString(said);
        }
        Files.delete(said);
        out.lines().forEach(line -> settings.put(line.split("=")[0], line.split("'")[1]));
    }

    /** Returns a setting that a script prints. */
    private static synchronized String get(String script, String setting) {
        Testbed bed = BEDS.computeIfAbsent(script, name -> {
            try {
                return new Testbed(name);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assumeTrue(bed.problem.isEmpty(), bed.problem);
        return bed.settings.get(setting);
    }

    /** The podman of the tests. */
    public static Engine engine() throws EngineException {
        return Engine.find(EngineKind.PODMAN, get("podman", "ATEX_TEST_PODMAN"));
    }

    /** A small Debian. */
    public static String image() {
        return get("podman", "ATEX_TEST_IMAGE");
    }

    /** Runs its arguments as a user who is not root, and has a podman with the small Debian. */
    public static String rootless() {
        return get("rootless", "ATEX_TEST_ROOTLESS");
    }

    /** A directory of that user. */
    public static Path rootlessHome() {
        return Path.of(get("rootless", "ATEX_TEST_ROOTLESS_HOME"));
    }

    /** The service of docker: to be called with the path for its socket. */
    static String dockerd() {
        return get("docker", "ATEX_TEST_DOCKERD");
    }

    /** The client of docker. */
    static String docker() {
        return get("docker", "ATEX_TEST_DOCKER");
    }

    /** Where the runtime of docker has the state of its containers. */
    public static Path dockerState() {
        return Path.of(get("docker", "ATEX_TEST_DOCKER_STATE"));
    }

    /** Returns the begin of a {@code --provision} option. */
    public static String provision(String image) throws EngineException {
        return "podman,image=" + image + ",pull=never,options=--network=none,program=" + engine().program();
    }

    static ContainerOptions options() {
        return ContainerOptions.of(image())
                .withPull(ContainerOptions.Pull.NEVER)
                .withOptions("--network=none");
    }

    /** Returns arguments that run a container without a lease, which sleeps for an hour. */
    static String[] runArguments(String... options) {
        return Stream.of(
                        Stream.of("run", "-d", "--rm", "--network=none"),
                        Stream.of(options),
                        Stream.of(image(), "sh", "-c", "sleep 3600 & wait"))
                .flatMap(parts -> parts)
                .toArray(String[]::new);
    }

    /** Runs a container without a lease; returns its id. */
    public static String runContainer(String... options) throws Exception {
        return podman(runArguments(options));
    }

    /** Removes a container; nothing if there is no id. */
    public static void removeContainer(String id) throws Exception {
        if (id != null) {
            podman("rm", "-f", "-t", "0", id);
        }
    }

    /** Returns the output of a call. */
    public static String podman(String... arguments) throws Exception {
        return engine().call(MINUTES, List.of(arguments));
    }

    /** Returns an image that boots; it is built once for each version of its script. */
    public static synchronized String systemdImage() throws Exception {
        String name = "localhost/atex-test-systemd:"
                + Integer.toHexString(ImageBuilder.script().hashCode());
        if (engine().start(List.of("image", "inspect", name), Map.of())
                        .await(MINUTES)
                        .exitCode()
                != 0) {
            ContainerOptions base = options().withOptions("--network=host");
            ProvisionerContext context = new ProvisionerContext("testbed", LeaseLog.unrecorded());
            new ImageBuilder(engine(), base, List.of()).build(name, context, OutputStream.nullOutputStream());
        }
        return name;
    }
}
