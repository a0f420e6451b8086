package dev.atex.cli.log;

import java.util.List;

/** Where records are written. Used by one thread. */
interface LogTarget {
    /**
     * Writes records. May block.
     *
     * @param missing number of records that are missing before these
     * @return number of these records that could not be written
     */
    int write(List<LogRecord> records, long missing) throws InterruptedException;

    /** Returns why a record could not be written the last time; empty if that never happened. */
    String problem();

    /** Releases what it holds. */
    default void close() {}
}
