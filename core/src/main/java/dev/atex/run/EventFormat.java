package dev.atex.run;

/**
 * The version of an event log. A newer minor version has more members and more kinds of events; a newer major version is
 * unreadable.
 */
record EventFormat(int major, int minor) {
    /** The version that this program writes. */
    static final EventFormat CURRENT = new EventFormat(1, 1);

    /** The version of a log without a version. */
    static final EventFormat FIRST = new EventFormat(1, 0);

    /**
     * Parses {@code 1.1}.
     *
     * @throws IllegalArgumentException if the text is not a version
     */
    static EventFormat of(String text) {
        String[] parts = text.split("\\.", -1);
        try {
            if (parts.length == 2) {
                EventFormat format = new EventFormat(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                return format;
            }
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("'format' is not a version: " + text);
        }
        throw new IllegalArgumentException("'format' is not a version: " + text);
    }

    /** Returns whether this program can read such a log. */
    boolean isReadable() {
        return major == CURRENT.major;
    }

    boolean isNewer() {
        return minor > CURRENT.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
