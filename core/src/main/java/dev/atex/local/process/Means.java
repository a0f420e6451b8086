package dev.atex.local.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The ways to hold the processes of a connection to this host, best first. All of them use the marks as well. */
public enum Means {
    /** A control group below that of this process: as root, or where it was delegated. Ended in one go. */
    CGROUP("a control group"),
    /** A scope of the systemd user manager, whose control group is the user's own. Ended in one go. */
    SYSTEMD("a scope of the systemd user manager"),
    /**
     * A PID namespace, for users other than root inside a user namespace: setuid programs such as {@code sudo} have no
     * effect there. Ended in one go.
     */
    NAMESPACE("a PID namespace"),
    /** Marks alone, which children inherit: the processes are looked for, and ended one by one. */
    MARK("marks that processes inherit");

    private final String description;

    Means(String description) {
        this.description = description;
    }

    /** The word for it: {@code "cgroup"}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, with an article: {@code "a control group"}. */
    public String description() {
        return description;
    }

    /** The one with this word. */
    public static Optional<Means> of(String word) {
        return Arrays.stream(values())
                .filter(means -> means.word().equals(word))
                .findFirst();
    }
}
