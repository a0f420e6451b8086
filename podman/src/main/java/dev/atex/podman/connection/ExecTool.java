package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineKind;
import dev.atex.podman.engine.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that runs a command in a running container. An OCI runtime called directly is seven times as fast as the
 * engine, and hands our pipes to the command itself; the engine puts a process of its own in between.
 */
public sealed interface ExecTool permits CrunExec, RuncExec, EngineExec {

    /** What to put before a program and its arguments. */
    List<String> prefix(Path pidFile);

    /**
     * What runs a command with its variables: they may be secret, so they are none of the arguments, which everybody sees.
     *
     * @param argv program and arguments
     * @param input to be written to its standard input before anything else
     */
    record Line(List<String> argv, byte[] input) {
        /** The same with something before it. */
        Line after(List<String> before) {
            List<String> whole = new ArrayList<>(before);
            whole.addAll(argv);
            return new Line(whole, input);
        }
    }

    /**
     * What runs a command.
     *
     * @param pidFile a name of its own in a directory that only we can read: for the id of the process, and, with something
     *     added to it, for what the tool has to be told
     * @param relayMark a mark for what is put between the command and us, where something is
     */
    Line line(Path pidFile, Command command, String relayMark) throws IOException;

    /** The file in which the tool may be told what to run. */
    static Path processFile(Path pidFile) {
        return pidFile.resolveSibling(pidFile.getFileName() + ".json");
    }

    /** Whether it is this tool that searches for the program: a missing one shows as a command that has not begun. */
    boolean searches(Command command);

    /** Which start of the container this is, as far as that can be seen from here without a command in it. */
    Optional<String> start();

    /**
     * Whether the command has our pipes themselves, so that closing them shows in it. Else a {@link Relay} is put between,
     * in the container.
     */
    boolean isDirect();

    /** Whether the file for the id of the process tells that the command has begun. */
    boolean writesPidFile();

    /** The best one for a container that is running. */
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

    /** How an OCI runtime is called. Both write the file as soon as the command runs, which tells their own failures apart. */
    static List<String> runtime(Path program, Path state, Path pidFile, List<String> options) {
        List<String> begin = List.of(
                program.toString(),
                "--root",
                Objects.requireNonNull(state.getParent()).toString(),
                "exec",
                "--pid-file",
                pidFile.toString());
        return Stream.of(begin, options, List.of(state.getFileName().toString()))
                .flatMap(List::stream)
                .toList();
    }
}
