package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.local.LocalConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A command tries to leave something running, in ways that hide it. Also a program, for another user: see {@link #main}.
 */
enum Escape {
    /** Forks and exits every millisecond, without an environment, in a session of its own. */
    CHAIN("env -i setsid perl -e '" + Escape.FORKING + "' &"),
    /** Forks twice, without an environment, in a session of its own. */
    DAEMON("env -i setsid sh -c '(sleep 1000 &)'"),
    /** Writes a title over its environment, and has no parent here any more. */
    TITLE("(perl -e '$0 = \"x\" x 9000; open my $f, \">\", $ARGV[0]; close $f; sleep 1000' \"$0.titled\" &)"
            + " ; until [ -e \"$0.titled\" ]; do sleep 0.01; done"),
    /** The chain with its environment: only who is looked at when it is gone can escape. */
    MARKED_CHAIN("setsid perl -e '" + Escape.FORKING + "' &");

    /** Comes to an end by itself, in half a minute or more: one that escapes must not fill the table of processes. */
    private static final String FORKING =
            "for (1 .. 30000) { my $p = fork; exit if $p; select undef, undef, undef, 0.001 }";

    /** Who ends it. */
    enum By {
        DISCONNECT,
        TRACES
    }

    private final String script;

    Escape(String script) {
        this.script = script;
    }

    /**
     * Lets it try.
     *
     * @param directory for a lock that everything of it holds
     * @return what went wrong; empty if all of it was ended
     */
    String attempt(Optional<Means> means, By by, Path directory) throws Exception {
        String id = "escape-" + UUID.randomUUID();
        Path lock = directory.resolve(id);
        Map<String, String> locator = LocalLeftovers.locator();
        LocalConnection connection = new LocalConnection(id, means);
        connection.connect(soon());
        try {
            String hold = "exec 9>\"$0\" && flock -n 9 && exec >/dev/null 2>&1; ";
            CommandResult started = connection.run(Command.of("sh", "-c", hold + script, lock.toString()), soon());
            if (started.exitCode() != 0) {
                return "it did not start: " + started;
            }
            if (isFree(lock)) {
                return "nothing holds the lock, so nothing was tested";
            }
            switch (by) {
                case DISCONNECT -> connection.disconnect(soon());
                case TRACES -> new LocalLeftovers(id, locator).remove(soon());
            }
            return isFree(lock) ? "" : "it escaped";
        } finally {
            connection.disconnect(soon());
            Files.deleteIfExists(lock);
        }
    }

    /** Every process has inherited the lock, and it is let go of by the last. */
    private static boolean isFree(Path lock) throws Exception {
        return new ProcessBuilder("flock", "-n", lock.toString(), "true")
                        .start()
                        .waitFor()
                == 0;
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    /** Arguments: means, or auto; escape; by whom; directory; how often. Prints what went wrong. */
    public static void main(String... arguments) throws Exception {
        Optional<Means> means = Means.of(arguments[0]);
        int wrong = 0;
        for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
            String result =
                    Escape.valueOf(arguments[1]).attempt(means, By.valueOf(arguments[2]), Path.of(arguments[3]));
            if (!result.isEmpty()) {
                wrong++;
                System.out.println(result);
            }
        }
        System.exit(wrong == 0 ? 0 : 1);
    }
}
