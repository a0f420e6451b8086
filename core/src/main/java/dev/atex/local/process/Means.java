package dev.atex.local.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The ways to hold the processes of a connection to this host, best first. All of them use the marks as well. */
public enum Means {
    /** A control group below that of this process: as root, or where it was delegated. Its processes end at once. */
    CGROUP("a control group"),
    /** A scope of the systemd user manager, whose control group is the user's own. Its processes end at once. */
    SYSTEMD("a scope of the systemd user manager"),
    /**
     * A PID namespace, for users other than root inside a user namespace: setuid programs such as {@code sudo} have no
     * effect there. Its processes end at once.
     */
    NAMESPACE("a PID namespace"),
    /** Only marks, which children inherit: processes are searched, and ended one by one. */
    MARK("marks that processes inherit");

    private final String description;

    Means(String description) {
        this.description = description;
    }

    /** Returns the word for it: {@code "cgroup"}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a description with an article: {@code "a control group"}. */
    public String description() {
        return description;
    }

    /** Returns the means with this word. */
    public static Optional<Means> of(String word) {
        return Arrays.stream(values())
                .filter(means -> means.word().equals(word))
                .findFirst();
    }
}
