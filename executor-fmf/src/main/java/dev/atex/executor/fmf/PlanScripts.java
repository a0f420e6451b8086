package dev.atex.executor.fmf;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import dev.atex.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Does what a plan wants before and after the tests. */
final class PlanScripts {
    private final SideScript scripts;
    private final Workspace workspace;
    private final FmfTests source;
    private final FmfPlan plan;

    PlanScripts(SideScript scripts, Workspace workspace, FmfTests source) {
        this.scripts = scripts;
        this.workspace = workspace;
        this.source = source;
        this.plan = source.plan();
    }

    /** Before the first test. */
    void prepare() throws ExecutorException, ConnectionException, InterruptedException {
        for (Phase phase : plan.prepare()) {
            run("prepare", phase);
        }
    }

    /** After the last one. */
    void finish() throws ExecutorException, ConnectionException, InterruptedException {
        for (Phase phase : plan.finish()) {
            run("finish", phase);
        }
    }

    private void run(String step, Phase phase) throws ExecutorException, ConnectionException, InterruptedException {
        switch (phase) {
            case Phase.Scripts scripts -> {
                for (String text : scripts.scripts()) {
                    run(
                            step,
                            Script.ofPlan(workspace, text),
                            "a script",
                            "\nScript:\n" + text.stripTrailing() + "\nOutput:\n");
                }
            }
            case Phase.Install install ->
                run(
                        step,
                        Script.ofPackages(workspace, install.packages(), List.of()),
                        "the installation of packages",
                        "\nPackages: " + String.join(", ", install.packages()) + "\nOutput:\n");
            case Phase.Features _, Phase.Playbooks _ -> throw new IllegalStateException("no plan has this yet");
        }
    }

    private void run(String phase, String script, String what, String details)
            throws ExecutorException, ConnectionException, InterruptedException {
        try {
            Path directory = source.temporaryDirectory(phase);
            try {
                run(phase, script, what, details, Files.createFile(directory.resolve("output.txt")));
            } finally {
                Trees.delete(directory);
            }
        } catch (IOException e) {
            throw new ExecutorException("cannot store the output of a script of the plan: " + e, e);
        }
    }

    private void run(String phase, String script, String what, String details, Path output)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        AttemptEnd end = scripts.run(phase, script, TimeLimit.none(), output);
        String failure = switch (end) {
            case AttemptEnd.Exited(int code) -> code == 0 ? "" : "failed with exit code " + code;
            case AttemptEnd.Cancelled() -> throw new ExecutorException("cancel requested");
            case AttemptEnd.Lost(ConnectionException cause) -> throw cause;
            case AttemptEnd.Unexpected(int code) -> "was ended from outside (wrapper: " + code + ")";
            case AttemptEnd.Disconnected(), AttemptEnd.TimedOut(), AttemptEnd.Malformed(var _) ->
                throw new IllegalStateException("a script of a plan ended with " + end);
        };
        if (!failure.isEmpty()) {
            throw new ExecutorException(phase + " of plan '" + plan.name() + "': " + what + " " + failure + "."
                    + details + SideScript.tail(output));
        }
    }
}
