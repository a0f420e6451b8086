package dev.atex.run;

/**
 * The version of an event log. A newer minor version has more members and more kinds of events; a newer major version cannot be
 * read at all.
 */
record EventFormat(int major, int minor) {
    /** What is written by this program. */
    static final EventFormat CURRENT = new EventFormat(1, 1);

    /** Of a log that names none. */
    static final EventFormat FIRST = new EventFormat(1, 0);

    /**
     * Reads {@code 1.1}.
     *
     * @throws IllegalArgumentException it is no version
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

    /** Whether this program can read such a log at all. */
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
