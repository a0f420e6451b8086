package dev.atex.executor.fmf.test;

import java.util.ArrayList;
import java.util.List;

/** Which tests are run as <a href="https://github.com/beakerlib/beakerlib">Beakerlib</a> tests. */
public enum BeakerlibTests {
    /** Tests with {@code framework: beakerlib}. */
    BY_FRAMEWORK,
    /** All. */
    ALL,
    /** None: results of phases are not reported. */
    NONE;

    /** Returns whether a test is run as a Beakerlib test. */
    public boolean include(FmfTest test) {
        return switch (this) {
            case BY_FRAMEWORK -> test.framework().equals("beakerlib");
            case ALL -> true;
            case NONE -> false;
        };
    }

    /** Returns the packages that a test requires, with Beakerlib if the test is run as a Beakerlib test. */
    public List<String> requires(FmfTest test) {
        return include(test) ? with("beakerlib", test.requires()) : test.requires();
    }

    /** Returns the packages that a test recommends, with those that Beakerlib can use. */
    public List<String> recommends(FmfTest test) {
        return include(test) ? with("beakerlib-redhat", test.recommends()) : test.recommends();
    }

    private static List<String> with(String name, List<String> names) {
        List<String> all = new ArrayList<>(names);
        if (!all.contains(name)) {
            all.addFirst(name);
        }
        return all;
    }
}
