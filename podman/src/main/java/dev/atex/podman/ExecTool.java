package dev.atex.podman;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that runs a command in a running container. An OCI runtime called directly is seven times as fast as the
 * engine, and hands our pipes to the command itself; the engine puts a process of its own in between.
 */
sealed interface ExecTool {

    /** What to put before the command. */
    List<String> prefix(Path pidFile);

    /** Which start of the container this is, as far as that can be seen from here without a command in it. */
    Optional<String> start();

    /**
     * Whether the command has our pipes themselves, so that closing them shows in it. Else a {@link Relay} is put between,
     * in the container.
     */
    boolean isDirect();

    /** Whether the file for the id of the process tells that the command has begun. */
    boolean writesPidFile();

    /**
     * An OCI runtime. It writes a file as soon as the command runs, which tells its own failures from those of the command.
     *
     * @param program crun or runc
     * @param root where it keeps the state of its containers
     * @param container full id
     */
    record ByRuntime(Path program, Path root, String container) implements ExecTool {
        @Override
        public List<String> prefix(Path pidFile) {
            return List.of(
                    program.toString(), "--root", root.toString(), "exec", "--pid-file", pidFile.toString(), container);
        }

        @Override
        public Optional<String> start() {
            return InitProcess.ofContainer(root.resolve(container)).flatMap(InitProcess::start);
        }

        /** Runc copies, and waits for the end of streams. */
        @Override
        public boolean isDirect() {
            return program.endsWith("crun");
        }

        @Override
        public boolean writesPidFile() {
            return true;
        }
    }

    /** The engine itself. */
    record ByEngine(Engine engine, String container) implements ExecTool {
        /** Takes what the engine prints also when nobody listens any more: it would be ended by SIGPIPE, and with it the exit code lost. */
        private static final String SINKS = "{ code=$({ { { \"$@\" 3>&- 4>&- 5>&-; echo $? >&3; } | "
                + "{ cat; cat >/dev/null; } >&4; } 2>&1 | { cat; cat >/dev/null; } >&5; } 3>&1); } 4>&1 5>&2; exit $code";

        @Override
        public List<String> prefix(Path pidFile) {
            return List.of("sh", "-c", SINKS, "sh", engine.program().toString(), "exec", "-i", container);
        }

        @Override
        public Optional<String> start() {
            return Optional.empty();
        }

        @Override
        public boolean isDirect() {
            return false;
        }

        @Override
        public boolean writesPidFile() {
            return false;
        }
    }

    /** The best one for a container that is running. */
    static ExecTool find(Engine engine, String container) {
        for (Path root : roots(engine)) {
            if (Files.isReadable(root.resolve(container))) {
                String name = root.endsWith("crun") ? "crun" : "runc";
                Optional<Path> program = Programs.find(name);
                if (program.isPresent()) {
                    return new ByRuntime(program.get(), root, container);
                }
            }
        }
        return new ByEngine(engine, container);
    }

    /** Where runtimes keep state by default, of root and of other users, and where docker tells them to. */
    private static List<Path> roots(Engine engine) {
        if (engine.kind() == EngineKind.DOCKER) {
            return List.of(Path.of("/run/docker/runtime-runc/moby"));
        }
        String ofUser = engine.environment().getOrDefault("XDG_RUNTIME_DIR", "");
        Stream<Path> parents =
                Stream.of("/run", ofUser).filter(path -> path.startsWith("/")).map(Path::of);
        return parents.flatMap(parent -> Stream.of(parent.resolve("crun"), parent.resolve("runc")))
                .toList();
    }
}
