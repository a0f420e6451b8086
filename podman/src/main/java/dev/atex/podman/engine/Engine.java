package dev.atex.podman.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
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
 * A container engine, called by its command line. Immutable.
 *
 * <p>Each call has a session of its own, so that the terminal's Ctrl-C does not reach it: podman leaves broken state
 * behind when it is interrupted.
 *
 * @param kind which command line it has
 * @param program where it is
 * @param environment variables that say where its containers are, over those of this process; one with an empty value is
 *     not set, whatever this process has
 */
public record Engine(EngineKind kind, Path program, Map<String, String> environment) {
    /** More at a time take more memory and no less time. */
    private static final Semaphore CALLS =
            new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

    private static final String PROGRAM = "program";
    private static final String VARIABLE = "env.";

    /** Copies its arguments. */
    public Engine {
        environment = Map.copyOf(environment);
    }

    /**
     * The engine with this program, a path or a name that is looked up in {@code PATH}.
     *
     * @throws EngineException there is none
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
        return new EngineException("there is no program '" + program
                + "' here: install it, or say where it is with the " + "option 'program'");
    }

    /** What finds it again, in another process. */
    public Map<String, String> locator() {
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(PROGRAM, program.toString());
        environment.forEach((name, value) -> locator.put(VARIABLE + name, value));
        return locator;
    }

    /** The one with this locator. */
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

    /** Calls it; the call goes on. */
    public EngineCall start(List<String> arguments, Map<String, String> variables) throws EngineException {
        List<String> command = new ArrayList<>(List.of("setsid", "--", program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Programs.NULL));
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
     * Calls it and returns what it printed; waits while many calls go on.
     *
     * @throws EngineException it failed, with what it said; or it did not end in time, and goes on
     */
    public String call(Deadline deadline, List<String> arguments) throws EngineException, InterruptedException {
        if (!CALLS.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new EngineException(
                    "'" + kind.word() + " " + arguments.getFirst() + "' has not had its turn in time");
        }
        try {
            return start(arguments, Map.of()).await(deadline).orThrow();
        } finally {
            CALLS.release();
        }
    }
}
