package dev.atex.report.model;

/** Builds {@link TestResults} for tests of reports. */
public final class ResultPlaces {
    private final TestResults.Growing all = new TestResults.Growing();

    /** Adds a result that is in these bytes of the file. */
    public void add(Result result, long from, long to) {
        all.add(result, from, to);
    }

    /** Returns what was added. */
    public TestResults now() {
        return all.now();
    }
}
