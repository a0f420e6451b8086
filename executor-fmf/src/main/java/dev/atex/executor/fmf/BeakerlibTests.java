package dev.atex.executor.fmf;

/** Which tests are run as <a href="https://github.com/beakerlib/beakerlib">Beakerlib</a> tests. */
public enum BeakerlibTests {
    /** Those whose metadata say {@code framework: beakerlib}. */
    BY_FRAMEWORK,
    /** All. */
    ALL,
    /** None: results of phases are not reported. */
    NONE;

    boolean include(FmfTest test) {
        return switch (this) {
            case BY_FRAMEWORK -> test.framework().equals("beakerlib");
            case ALL -> true;
            case NONE -> false;
        };
    }
}
