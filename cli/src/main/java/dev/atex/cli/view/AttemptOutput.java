package dev.atex.cli.view;

import dev.atex.executor.ResultReader;
import dev.atex.executor.Status;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.text.Cut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The output of an attempt that explains how it ended, of bounded length.
 *
 * @param failed names of its results that failed, the first of them
 * @param moreFailed how many others there are
 * @param lines the last ones of its output
 * @param isWhole whether these are all
 */
public record AttemptOutput(List<String> failed, int moreFailed, List<String> lines, boolean isWhole) {
    private static final int MOST_FAILED = 10;

    /** The longest line, in bytes. */
    private static final int LONGEST = 500;

    /** The most bytes that are read, for any number of lines. */
    private static final int MOST_BYTES = 256 << 10;

    /** Copies its arguments. */
    public AttemptOutput {
        failed = List.copyOf(failed);
        lines = List.copyOf(lines);
    }

    /**
     * Reads the output.
     *
     * @param log the name of the output among the files of the test itself, if it has one
     * @param most how many lines are wanted
     */
    public static AttemptOutput of(TestArtifacts artifacts, Optional<String> log, int most) throws IOException {
        List<String> failed = new ArrayList<>();
        int more = 0;
        try (ResultReader results = artifacts.readResults()) {
            for (Map<String, @Nullable Object> result = results.next(); result != null; result = results.next()) {
                if (result.get("name") instanceof String name
                        && result.get("status") instanceof String status
                        && Status.of(status).failed()) {
                    if (failed.size() < MOST_FAILED) {
                        failed.add(name);
                    } else {
                        more++;
                    }
                }
            }
        } catch (NoSuchFileException e) {
            more = 0; // it has reported nothing
        }
        Optional<Path> file = log.isPresent() ? artifacts.files().find(null, log.get()) : Optional.empty();
        return file.isPresent()
                ? withOutput(failed, more, file.get(), most)
                : new AttemptOutput(failed, more, List.of(), true);
    }

    private static AttemptOutput withOutput(List<String> failed, int more, Path file, int most) throws IOException {
        byte[] bytes;
        boolean cut;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long skipped = Math.max(0, channel.size() - MOST_BYTES);
            cut = skipped > 0;
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(MOST_BYTES, channel.size()));
            while (buffer.hasRemaining() && channel.read(buffer, skipped + buffer.position()) >= 0) {
                // until full
            }
            bytes = Arrays.copyOf(buffer.array(), buffer.position());
        }
        List<String> all = (cut ? Cut.endOfUtf8(bytes) : new String(bytes, StandardCharsets.UTF_8))
                .stripTrailing()
                .lines()
                .toList();
        List<String> last = all.subList(Math.max(0, all.size() - most), all.size());
        return new AttemptOutput(
                failed, more, last.stream().map(AttemptOutput::shortened).toList(), !cut && last.size() == all.size());
    }

    /** Returns the same without lines of output. */
    public AttemptOutput withoutLines() {
        return new AttemptOutput(failed, moreFailed, List.of(), true);
    }

    /** Returns the lines, escaped. */
    public List<String> printable() {
        List<String> shown = new ArrayList<>();
        if (!isWhole) {
            shown.add("...");
        }
        lines.forEach(line -> shown.add(line(line)));
        return shown;
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST ? line : Cut.start(line, LONGEST, "...");
    }

    /** Returns the names of failed subtests in one line; empty if none failed. */
    String failedText() {
        if (failed.isEmpty()) {
            return "";
        }
        return "failed: " + Printable.line(String.join(", ", failed))
                + (moreFailed == 0 ? "" : " and " + moreFailed + " more");
    }

    /** Returns the lines to print below that of the test. */
    List<String> block(Style style) {
        List<String> block = new ArrayList<>();
        if (!failed.isEmpty()) {
            block.add("    " + failedText());
        }
        printable().forEach(line -> block.add(style.faint("    | ") + line));
        return block;
    }

    /** Expands tabs, which are harmless and frequent in output. */
    private static String line(String text) {
        return Printable.line(text.replace("\t", "    "));
    }
}
