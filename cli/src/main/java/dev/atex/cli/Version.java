package dev.atex.cli;

/** The version of this program. */
final class Version {
    private Version() {}

    /** As in the jar's manifest; {@code development} when run from class files. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
