package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.local.process.Programs;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs commands in a running container. An OCI runtime that is called directly is seven times as fast as the engine, and hands
 * our pipes to the command; the engine has a process of its own in between.
 */
sealed interface ExecTool permits RuntimeExec, RelayedExec {

    /** Returns the arguments that precede a program and its arguments. */
    List<String> prefix(Path pidFile);

    /**
     * A call that runs a command with its variables. They may be secret, so they are not among the arguments: every user of
     * the host sees those.
     *
     * @param argv program and arguments
     * @param input is written to standard input before anything else
     */
    record Line(List<String> argv, byte[] input) {
        /** Returns the same call with arguments before it. */
        Line after(List<String> before) {
            List<String> whole = new ArrayList<>(before);
            whole.addAll(argv);
            return new Line(whole, input);
        }
    }

    /**
     * Returns the call that runs a command.
     *
     * @param pidFile a new name in a directory that only we can read: for the process id, and with a suffix for the file that
     *     describes the command
     * @param relayMarks the marks of the processes between the command and us, if there are any
     */
    Line line(Path pidFile, Command command, String relayMarks) throws IOException;

    /** Returns the file that may describe the command. */
    static Path processFile(Path pidFile) {
        return pidFile.resolveSibling(pidFile.getFileName() + ".json");
    }

    /** Returns whether this tool searches for the program: if the program is missing, the command does not start. */
    boolean searches(Command command);

    /** Returns when the container started; empty if only a command in it can tell. */
    Optional<String> start();

    /**
     * Returns whether the command has our pipes, so that it notices when we close them. Otherwise a {@link Relay} in the
     * container is between them.
     */
    boolean isDirect();

    /** Returns whether the file with the process id exists as soon as the command has started. */
    boolean writesPidFile();

    /** Returns the fastest tool for a running container. */
    static ExecTool find(Engine engine, String container) {
        for (Path root : roots(engine)) {
            Path state = root.resolve(container);
            if (Files.isReadable(state)) {
                boolean crun = root.endsWith("crun");
                Optional<Path> program = Programs.find(crun ? "crun" : "runc");
                if (program.isPresent()) {
                    return crun ? CrunExec.of(program.get(), state) : new RuncExec(program.get(), state);
                }
            }
        }
        return new EngineExec(engine, container);
    }

    /** Directories where runtimes keep state: the defaults for root and for other users, or the one that docker sets. */
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
