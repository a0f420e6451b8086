package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.JsonBytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How results are written to a file, and read back from it when a run goes on. The file is a sequence of entries, each one
 * or more lines of UTF-8; an entry has results of one test, and the entries of a test lie together. Stateless.
 */
public interface ResultsFormat {

    /**
     * Begins to write the results of a test. Changes nothing.
     *
     * @param names what its files are called in the output
     */
    Text write(TestArtifacts artifacts, String platform, String test, FileNames names) throws IOException;

    /** Whether this line, without its end, is the first one of an entry; also if it cannot be of any. */
    boolean begins(byte[] buffer, int offset, int length);

    /** Reads an entry, with the ends of its lines; null: it is not whole, or none of this format. */
    @Nullable
    Entry read(byte[] buffer, int offset, int length);

    /**
     * An entry.
     *
     * @param results as far as the output tells, in the order in which they are to be reported again
     */
    record Entry(String platform, String test, List<Map<String, @Nullable Object>> results) {}

    /** The text for one test. Used by one thread. */
    interface Text extends AutoCloseable {
        /** Appends more until there are about this many bytes; false: this was the rest. */
        boolean fill(JsonBytes to, int enough) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** What files are called in an output. */
    interface FileNames {
        /** Whether some name differs from the one that was reported. */
        boolean differ();

        /**
         * The name.
         *
         * @param result the name of the result; null: the one for the test itself
         * @param file as it was reported
         */
        String of(@Nullable String result, String file) throws IOException;
    }
}
