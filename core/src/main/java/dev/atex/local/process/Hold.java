package dev.atex.local.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a {@link Containment} holds its processes by, beside marks. */
sealed interface Hold permits GroupHold, NamespaceHold, MarkHold {
    Means means();

    /** What to start instead of {@code argv}, so that it is inside before its program runs. */
    List<String> enter(List<String> argv, Map<String, String> environment);

    /** The same for the part that is in the session of the command. */
    default List<String> inside(List<String> argv, Map<String, String> environment) {
        return argv;
    }

    /** The control group, if it has one. */
    default Optional<Cgroup> cgroup() {
        return Optional.empty();
    }

    /** Whether {@link #kill} leaves nothing inside that could start more, so that a search meets all that is still there. */
    default boolean endsAtOnce() {
        return true;
    }

    /** Ends all that is inside in one go, or at least keeps it from growing; what has ended may be there for a moment. */
    default void kill() {}

    /**
     * A shell that says how a program is started.
     *
     * @param environment of the program; a POSIX shell drops variables whose name it can't spell, bash keeps them
     */
    static String shell(Map<String, String> environment) {
        boolean plain = environment.keySet().stream()
                .allMatch(name -> Names.SHELL.matcher(name).matches());
        return plain ? "/bin/sh" : "bash";
    }

    /** Names that every shell can spell. */
    final class Names {
        private static final Pattern SHELL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

        private Names() {}
    }
}
