package dev.atex.cli.command;

/** The version of this program. */
public final class Version {
    private Version() {}

    /** Returns the version in the jar's manifest; {@code development} when run from class files. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
