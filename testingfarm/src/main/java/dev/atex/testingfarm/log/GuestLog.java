package dev.atex.testingfarm.log;

import dev.atex.internal.text.Cut;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the log of a request line by line and finds its machine. Not thread-safe. */
public final class GuestLog {
    private static final Pattern READY =
            Pattern.compile("\\] Guest is ready: ArtemisGuest\\([^,)]*, ([^\\s@,]+@[^\\s,]+), arch=");
    /** A color code of terminals (ECMA-48, SGR). */
    private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");

    private static final String EXECUTING = "] starting tests execution";
    private static final int LONGEST_LINE = 64 << 10;
    private static final int LAST_LINES = 10;
    private static final int LONGEST_SHOWN = 300;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Deque<String> last = new ArrayDeque<>();
    private @Nullable String login;
    private boolean executing;
    private @Nullable KeptLog kept;

    /** Also writes everything from now on to a file. */
    public void keepIn(KeptLog file) {
        kept = file;
    }

    /** Reads a piece of the log. */
    public void take(byte[] bytes) {
        if (kept != null) {
            kept.take(bytes);
        }
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i);
                look();
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length);
    }

    /** Ignores the end of a line that is too long. */
    private void append(byte[] bytes, int from, int to) {
        line.write(bytes, from, Math.max(0, Math.min(to - from, LONGEST_LINE - line.size())));
    }

    private void look() {
        String text = Cut.startOfUtf8(line.toByteArray(), line.size());
        line.reset();
        Matcher ready = READY.matcher(text);
        if (ready.find()) {
            login = ready.group(1);
        }
        executing |= text.contains(EXECUTING);
        String plain = COLOR.matcher(text).replaceAll("");
        if (!plain.isBlank()) {
            last.add(Cut.start(plain, LONGEST_SHOWN, "..."));
            if (last.size() > LAST_LINES) {
                last.remove();
            }
        }
    }

    /** Returns {@code user@host} once the machine exists and its test is about to start. */
    public Optional<String> login() {
        return executing ? Optional.ofNullable(login) : Optional.empty();
    }

    /** Returns the last line with an error, among the last lines. */
    public String lastError() {
        return last.reversed().stream()
                .filter(each -> each.contains("[E]") || each.contains("[ERROR]"))
                .findFirst()
                .orElse("");
    }

    /** Returns the last lines. */
    public List<String> last() {
        return List.copyOf(last);
    }
}
