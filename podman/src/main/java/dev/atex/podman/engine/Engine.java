package dev.atex.podman.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import dev.atex.local.process.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A container engine, called through its command line. Immutable.
 *
 * <p>Each call runs in a session of its own, so that Ctrl-C at the terminal does not reach it: an interrupted podman leaves
 * broken state behind.
 *
 * @param kind podman or docker
 * @param program the path of its program
 * @param environment variables that select its containers, set in addition to those of this process; one with an empty value
 *     is removed
 */
public record Engine(EngineKind kind, Path program, Map<String, String> environment) {
    /** More calls at a time need more memory and are not faster. */
    private static final Semaphore CALLS =
            new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

    private static final File NULL = new File("/dev/null");
    private static final String PROGRAM = "program";
    private static final String VARIABLE = "env.";

    /** Copies the map. */
    public Engine {
        environment = Map.copyOf(environment);
    }

    /**
     * Returns the engine with this program: a path, or a name that is looked up in {@code PATH}.
     *
     * @throws EngineException if there is no such program
     */
    public static Engine find(EngineKind kind, String program) throws EngineException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : kind.variables()) {
            String value = System.getenv(variable);
            if (value != null && !value.isEmpty()) {
                environment.put(variable, value);
            }
        }
        return new Engine(kind, Programs.find(program).orElseThrow(() -> missing(program)), environment);
    }

    private static EngineException missing(String program) {
        return new EngineException(
                "there is no program '" + program + "' here: install it, or set its path with the option 'program'");
    }

    /** Returns entries for a ledger, by which another process finds the engine. */
    public Map<String, String> locator() {
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(PROGRAM, program.toString());
        environment.forEach((name, value) -> locator.put(VARIABLE + name, value));
        return locator;
    }

    /** Returns the engine with these entries of a ledger. */
    public static Engine at(EngineKind kind, Map<String, String> locator) throws EngineException {
        Path program = Path.of(locator.getOrDefault(PROGRAM, kind.word()));
        if (!Files.isExecutable(program)) {
            throw missing(program.toString());
        }
        Map<String, String> environment = new LinkedHashMap<>();
        kind.variables().forEach(variable -> environment.put(variable, ""));
        locator.forEach((name, value) -> {
            if (name.startsWith(VARIABLE)) {
                environment.put(name.substring(VARIABLE.length()), value);
            }
        });
        return new Engine(kind, program, environment);
    }

    /** Starts a call and returns at once. */
    public EngineCall start(List<String> arguments, Map<String, String> variables) throws EngineException {
        List<String> command = new ArrayList<>(List.of("setsid", "--", program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(NULL));
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        builder.environment().putAll(variables);
        String name = kind.word() + " " + arguments.getFirst();
        try {
            return new EngineCall(name, ProgramCall.start(builder));
        } catch (IOException e) {
            throw new EngineException("cannot call '" + name + "': " + e.getMessage(), e);
        }
    }

    /**
     * Calls the engine and returns what it printed; waits while too many calls are running.
     *
     * @throws EngineException if the call failed, with the error message of the engine; or if it is still running at the deadline
     */
    public String call(Deadline deadline, List<String> arguments) throws EngineException, InterruptedException {
        if (!CALLS.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new EngineException("'" + kind.word() + " " + arguments.getFirst()
                    + "' was not started in time, as too many other calls are running");
        }
        try {
            return start(arguments, Map.of()).await(deadline).orThrow();
        } finally {
            CALLS.release();
        }
    }
}
