package dev.atex.executor.fmf.control;

import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.JsonBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads what a running test writes to its control descriptor, and does it: results go to a {@link TestReport}, durations
 * to a {@link DurationListener}.
 *
 * <p>Blocking; one thread reads, on a platform thread if the stream can only be woken there. Results are readable for
 * others before a read that may block, at the latest. File data is stored while it arrives. Memory is bounded whatever
 * the test writes, see {@link ControlLimits}.
 */
public final class ControlStream {
    /** With its {@code \n}. */
    private static final int MAX_LINE = 4096;

    private static final String EOF_IN_DATA = "EOF when reading data";

    private final ControlInput in;
    private final TestReport report;
    private final DurationListener durations;
    private final RequestListener requests;
    private final FlatObject flat = new FlatObject(JsonBytes.Style.COMPACT);

    /**
     * A stream of a test.
     *
     * @param in the bytes; one that is also a {@link java.nio.channels.ReadableByteChannel} is read as such, which is
     *     faster for large files
     * @param report of the test; the same for all streams of one test
     * @param durations is told of time limits
     */
    public ControlStream(InputStream in, TestReport report, DurationListener durations) {
        this(in, report, durations, _ -> {});
    }

    /**
     * As the other constructor.
     *
     * @param requests is told what the test asks for
     */
    public ControlStream(InputStream in, TestReport report, DurationListener durations, RequestListener requests) {
        this.in = new ControlInput(in, report::beforeRead);
        this.report = report;
        this.durations = durations;
        this.requests = requests;
    }

    /**
     * Closes the stream, from any thread: for {@link #read} this is its end. Whether a read that is blocked wakes depends
     * on the stream.
     */
    public void stop() throws IOException {
        in.stop();
    }

    /**
     * Reads to the end: {@code exitcode}, {@code disconnect}, or the end of the stream. What comes after the first two is
     * not read.
     *
     * @throws TestAbortedException what the test wrote is malformed or over a limit, or cannot be stored
     * @throws IOException the stream failed, unless it was stopped
     * @throws InterruptedException the thread was interrupted and the stream can be
     */
    public ControlEnd read() throws TestAbortedException, IOException, InterruptedException {
        report.streamBegins();
        try {
            return readLines();
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            boolean _ = Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted when reading test control");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            report.flush();
        }
    }

    private ControlEnd readLines() throws TestAbortedException, IOException {
        for (int length = nextLine(); length >= 0; length = nextLine()) {
            int start = in.position();
            byte[] buffer = in.buffer();
            if (length == 0) {
                throw ControlErrors.control("empty control line");
            }
            int space = 0;
            while (space < length && buffer[start + space] != ' ') {
                space++;
            }
            int argument = Math.min(space + 1, length);
            if (is(buffer, start, space, "result")) {
                int json = jsonLength("result", buffer, start + argument, length - argument);
                in.skip(length + 1);
                result(json);
                continue;
            }
            String word = ascii(buffer, start, space);
            String text = ascii(buffer, start + argument, length - argument);
            in.skip(length + 1);
            switch (word) {
                case "exitcode" -> {
                    return new ControlEnd.Exited(exitCode(text));
                }
                case "duration" -> duration(text);
                case "report" -> lengthy(Kind.REPORT, text);
                case "check" -> lengthy(Kind.CHECK, text);
                case "data" -> lengthy(Kind.DATA, text);
                case "reboot" -> requests.asked(new TestRequest.ComeBackWithin(seconds(text)));
                case "abort" -> {
                    refuse(word, text);
                    requests.asked(new TestRequest.Abort());
                }
                case "disconnect" -> {
                    refuse(word, text);
                    return new ControlEnd.Disconnect();
                }
                case "noop" -> refuse(word, text);
                default -> throw ControlErrors.control("unknown control word: " + ControlErrors.shown(word));
            }
        }
        return new ControlEnd.EndOfStream();
    }

    /** The length of the line at the input's position, without its end; -1 at the end of the stream. */
    private int nextLine() throws TestAbortedException, IOException {
        int scanned = 0;
        while (true) {
            byte[] buffer = in.buffer();
            int start = in.position();
            int end = Math.min(in.available(), MAX_LINE);
            for (int i = scanned; i < end; i++) {
                if (buffer[start + i] == '\n') {
                    return i;
                }
            }
            if (end == MAX_LINE) {
                throw ControlErrors.control("control line is longer than " + MAX_LINE + " bytes");
            }
            scanned = end;
            if (!in.more()) {
                if (end > 0) {
                    throw ControlErrors.control("EOF in the middle of a control line");
                }
                return -1;
            }
        }
    }

    private static boolean is(byte[] buffer, int start, int length, String word) {
        if (length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String ascii(byte[] buffer, int start, int length) {
        return new String(buffer, start, length, StandardCharsets.ISO_8859_1);
    }

    private int jsonLength(String word, byte[] buffer, int start, int length) throws TestAbortedException {
        long value = 0;
        boolean good = length > 0 && (length == 1 || buffer[start] != '0');
        for (int i = 0; i < length && good; i++) {
            byte digit = buffer[start + i];
            good = digit >= '0' && digit <= '9';
            value = Math.min(value * 10 + (digit - '0'), Integer.MAX_VALUE);
        }
        if (!good) {
            throw badArgument(word, ascii(buffer, start, length));
        }
        if (value > report.maxJsonBytes()) {
            throw ControlErrors.control("result of " + ControlErrors.shown(ascii(buffer, start, length))
                    + " bytes of JSON is over the limit of " + report.maxJsonBytes());
        }
        return (int) value;
    }

    private static int exitCode(String argument) throws TestAbortedException {
        if (!argument.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(argument) > 255) {
            throw badArgument("exitcode", argument);
        }
        return Integer.parseInt(argument);
    }

    private void duration(String argument) throws TestAbortedException {
        DurationWord word;
        try {
            word = DurationWord.parse(argument);
        } catch (IllegalArgumentException e) {
            throw badArgument("duration", argument);
        }
        try {
            durations.changed(word);
        } catch (IllegalStateException e) {
            throw ControlErrors.control(String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(String word, String argument) throws TestAbortedException {
        if (!argument.isEmpty()) {
            throw badArgument(word, argument);
        }
    }

    private static TestAbortedException badArgument(String word, String argument) {
        return ControlErrors.control(
                argument.isEmpty()
                        ? "missing argument of " + word
                        : "bad argument of " + word + ": '" + ControlErrors.shown(argument) + "'");
    }

    /** Reads a line of our commands or of the wrapper, in the form of {@code result}. */
    private enum Kind {
        RESULT,
        REPORT,
        CHECK,
        DATA
    }

    private void lengthy(Kind kind, String argument) throws TestAbortedException, IOException {
        byte[] digits = argument.getBytes(StandardCharsets.ISO_8859_1);
        int length = jsonLength(kind.name().toLowerCase(Locale.ROOT), digits, 0, digits.length);
        report.announce(length);
        full(kind, gather(length), 0, length);
    }

    private static Duration seconds(String argument) throws TestAbortedException {
        if (!argument.matches("[1-9][0-9]{0,8}")) {
            throw badArgument("reboot", argument);
        }
        return Duration.ofSeconds(Long.parseLong(argument));
    }

    private void result(int length) throws TestAbortedException, IOException {
        report.announce(length);
        if (length <= in.capacity()) {
            if (!in.require(length)) {
                throw ControlErrors.control(EOF_IN_DATA);
            }
            int start = in.position();
            in.skip(length);
            if (!flat.read(in.buffer(), start, length) || !report.acceptSimple(flat)) {
                full(Kind.RESULT, in.buffer(), start, length);
            }
        } else {
            full(Kind.RESULT, gather(length), 0, length);
        }
    }

    /** Memory grows with what has come, not with what is announced. */
    private byte[] gather(int length) throws TestAbortedException, IOException {
        byte[] gathered = new byte[in.capacity()];
        int filled = 0;
        while (filled < length) {
            if (in.available() == 0 && !in.more()) {
                throw ControlErrors.control(EOF_IN_DATA);
            }
            int n = Math.min(length - filled, in.available());
            if (filled + n > gathered.length) {
                gathered = Arrays.copyOf(gathered, Math.max(filled + n, Math.min(length, gathered.length * 2)));
            }
            System.arraycopy(in.buffer(), in.position(), gathered, filled, n);
            in.skip(n);
            filled += n;
        }
        return gathered;
    }

    private void full(Kind kind, byte[] json, int offset, int length) throws TestAbortedException, IOException {
        Report result = report.read(json, offset, length);
        for (Report.Upload upload : result.uploads()) {
            if (kind == Kind.DATA) {
                data(upload);
            } else {
                upload(result, upload);
            }
        }
        switch (kind) {
            case RESULT -> report.accept(result);
            case REPORT -> report.acceptReport(result);
            case CHECK -> report.acceptCheck(result);
            case DATA -> report.acceptOdd(result);
        }
    }

    private void upload(Report result, Report.Upload upload) throws TestAbortedException, IOException {
        try (FileChannel file = report.open(result, upload)) {
            if (!in.copyTo(file, upload.length())) {
                throw ControlErrors.control(EOF_IN_DATA);
            }
        }
    }

    private void data(Report.Upload upload) throws TestAbortedException, IOException {
        Optional<FileChannel> place = report.openData(upload);
        boolean whole;
        if (place.isEmpty()) {
            whole = in.discard(upload.length());
        } else {
            try (FileChannel file = place.get()) {
                whole = in.copyTo(file, upload.length());
            }
        }
        if (!whole) {
            throw ControlErrors.control(EOF_IN_DATA);
        }
        if (place.isPresent()) {
            report.addData(upload);
        }
    }
}
