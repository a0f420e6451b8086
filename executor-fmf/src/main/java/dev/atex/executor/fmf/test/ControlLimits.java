package dev.atex.executor.fmf.test;

/**
 * Limits for the results and files of one test. A test that exceeds one is aborted.
 *
 * @param maxUploadBytes bytes of all files of the test together
 * @param maxFiles files in all results together, counted again where one is named again
 * @param maxResultBytes bytes of the JSON of all results together
 * @param maxJsonBytes bytes of the JSON of one result
 * @param maxJsonDepth how deep objects and arrays in a result may be nested, at most 500
 * @param maxPartialBytes memory for partial results, estimated; up to twice that is used before it is counted exactly
 * @param maxRestarts how often in a row a test may be started again, after {@code disconnect}, although its machine has not
 *     booted and it has reported nothing
 */
public record ControlLimits(
        long maxUploadBytes,
        long maxFiles,
        long maxResultBytes,
        int maxJsonBytes,
        int maxJsonDepth,
        long maxPartialBytes,
        int maxRestarts) {

    /**
     * Far more than ordinary tests use: 64 GiB uploaded, a million files, 4 GiB of results, one of at most 4 MiB and 100
     * deep, 64 MiB of partial ones, 1,000 restarts for nothing: machines that take their time to go down let some in.
     */
    public static final ControlLimits DEFAULT =
            new ControlLimits(64L << 30, 1_000_000, 4L << 30, 4 << 20, 100, 64L << 20, 1000);

    /** Depth that the JSON library allows whoever reads results back. */
    public static final int MAX_JSON_DEPTH = 500;

    /** Checks that all are positive. */
    public ControlLimits {
        if (maxUploadBytes < 0
                || maxFiles < 0
                || maxResultBytes < 0
                || maxJsonBytes < 1
                || maxJsonDepth < 1
                || maxPartialBytes < 0
                || maxRestarts < 0) {
            throw new IllegalArgumentException("limits of a test's control stream must not be negative");
        }
        if (maxJsonDepth > MAX_JSON_DEPTH) {
            throw new IllegalArgumentException("JSON of results may be at most " + MAX_JSON_DEPTH + " deep");
        }
    }

    /** Returns a copy with another limit on uploads. */
    public ControlLimits withMaxUploadBytes(long bytes) {
        return new ControlLimits(
                bytes, maxFiles, maxResultBytes, maxJsonBytes, maxJsonDepth, maxPartialBytes, maxRestarts);
    }

    /** Returns a copy with another limit on the number of files. */
    public ControlLimits withMaxFiles(long files) {
        return new ControlLimits(
                maxUploadBytes, files, maxResultBytes, maxJsonBytes, maxJsonDepth, maxPartialBytes, maxRestarts);
    }

    /** Returns a copy with another limit on all results together. */
    public ControlLimits withMaxResultBytes(long bytes) {
        return new ControlLimits(
                maxUploadBytes, maxFiles, bytes, maxJsonBytes, maxJsonDepth, maxPartialBytes, maxRestarts);
    }

    /** Returns a copy with another limit on the JSON of one result. */
    public ControlLimits withMaxJsonBytes(int bytes) {
        return new ControlLimits(
                maxUploadBytes, maxFiles, maxResultBytes, bytes, maxJsonDepth, maxPartialBytes, maxRestarts);
    }

    /** Returns a copy with another limit on the depth of JSON. */
    public ControlLimits withMaxJsonDepth(int depth) {
        return new ControlLimits(
                maxUploadBytes, maxFiles, maxResultBytes, maxJsonBytes, depth, maxPartialBytes, maxRestarts);
    }

    /** Returns a copy with another limit on partial results. */
    public ControlLimits withMaxPartialBytes(long bytes) {
        return new ControlLimits(
                maxUploadBytes, maxFiles, maxResultBytes, maxJsonBytes, maxJsonDepth, bytes, maxRestarts);
    }

    /** Returns a copy with another limit on restarts without progress. */
    public ControlLimits withMaxRestarts(int restarts) {
        return new ControlLimits(
                maxUploadBytes, maxFiles, maxResultBytes, maxJsonBytes, maxJsonDepth, maxPartialBytes, restarts);
    }
}
