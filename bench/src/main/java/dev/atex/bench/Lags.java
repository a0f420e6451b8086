package dev.atex.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long it takes until a reader of a growing file sees what was written: by time stamps in what is written. */
final class Lags {
    private static final Pattern STAMP = Pattern.compile("stamp\"[^}]*\"(\\d{10})[.,](\\d{6})\"");

    /** More characters than a stamp has. */
    private static final int LONGEST = 200;

    private Lags() {}

    /** Reads {@code file} while the work, which makes it grow, goes on: a look every millisecond. */
    static Samples millis(Path file, Samples.Work work) throws Exception {
        FutureTask<Void> writing = new FutureTask<>(new Callable<>() {
            @Override
            @SuppressWarnings("NullAway") // Void has no value but null
            public Void call() throws Exception {
                work.run();
                return null;
            }
        });
        Thread.ofPlatform().start(writing);
        List<Double> lags = new ArrayList<>();
        while (!Files.exists(file) && !writing.isDone()) {
            Thread.sleep(1);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            boolean last;
            do {
                last = writing.isDone();
                while (channel.read(block) > 0) {
                    take(block, lags);
                }
                Thread.sleep(1);
            } while (!last);
        }
        writing.get();
        if (lags.isEmpty()) {
            throw new IOException("no time stamp was found in " + file);
        }
        return Samples.of(lags.stream().mapToDouble(lag -> lag).toArray());
    }

    /** Takes the stamps out of the block, and keeps its end, in which one may have begun. */
    private static void take(ByteBuffer block, List<Double> lags) {
        Instant now = Instant.now();
        String text =
                StandardCharsets.ISO_8859_1.decode(block.duplicate().flip()).toString();
        Matcher matcher = STAMP.matcher(text);
        int end = 0;
        while (matcher.find()) {
            end = matcher.end();
            double then = Long.parseLong(matcher.group(1)) * 1e3 + Long.parseLong(matcher.group(2)) / 1e3;
            lags.add(now.getEpochSecond() * 1e3 + now.getNano() / 1e6 - then);
        }
        int rest = Math.max(end, block.position() - LONGEST);
        block.flip().position(rest).compact();
    }

    static String text(Samples lags) {
        return Samples.number(lags.median()) + " ms, " + Samples.number(lags.max()) + " ms";
    }
}
