package dev.atex.local.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A way to contain processes, in addition to marks. */
sealed interface Hold permits GroupHold, NamespaceHold, MarkHold {
    Means means();

    /** Returns the command to start instead of {@code argv}, so that it is inside before its program runs. */
    List<String> enter(List<String> argv, Map<String, String> environment);

    /** Returns the command to start instead of {@code argv} in the session of the command. */
    default List<String> inside(List<String> argv, Map<String, String> environment) {
        return argv;
    }

    /** Returns the control group, if it has one. */
    default Optional<Cgroup> cgroup() {
        return Optional.empty();
    }

    /** Returns whether no process inside can start others after {@link #kill}, so that a search finds all of them. */
    default boolean endsAtOnce() {
        return true;
    }

    /** Ends all processes inside at once, or at least prevents new ones. Ended processes may exist for a moment. */
    default void kill() {}

    /**
     * Returns the shell that starts a program.
     *
     * @param environment environment of the program; a POSIX shell drops variables with unusual names, bash keeps them
     */
    static String shell(Map<String, String> environment) {
        boolean plain = environment.keySet().stream()
                .allMatch(name -> Names.SHELL.matcher(name).matches());
        return plain ? "/bin/sh" : "bash";
    }

    /** Names of variables that every shell keeps. */
    final class Names {
        private static final Pattern SHELL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

        private Names() {}
    }
}
