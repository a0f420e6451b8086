package dev.atex.podman.connection;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** An OCI runtime that is called directly. It writes the file with the process id as soon as the command runs. */
sealed interface RuntimeExec extends ExecTool permits CrunExec, RuncExec {
    /** The program of the runtime. */
    Path program();

    /** The directory with the container's state, which has the name of the container. */
    Path state();

    @Override
    default List<String> prefix(Path pidFile) {
        return exec(pidFile, List.of());
    }

    /** Arguments that run a command in the container, with more options. */
    default List<String> exec(Path pidFile, List<String> options) {
        List<String> begin = List.of(
                program().toString(),
                "--root",
                Objects.requireNonNull(state().getParent()).toString(),
                "exec",
                "--pid-file",
                pidFile.toString());
        return Stream.of(begin, options, List.of(state().getFileName().toString()))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    default Optional<String> start() {
        return InitProcess.ofContainer(state()).flatMap(InitProcess::start);
    }

    @Override
    default boolean writesPidFile() {
        return true;
    }
}
