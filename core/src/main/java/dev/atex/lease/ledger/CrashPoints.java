package dev.atex.lease.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Named points at which tests halt the JVM like a crash, to show that nothing is lost. Does nothing without the system
 * properties below. Thread-safe.
 *
 * <ul>
 *   <li>{@code atex.crash.record=FILE}: appends the name of each point that is reached.
 *   <li>{@code atex.crash.at=N}: halts at the Nth reached point, counted from 1.
 * </ul>
 */
public final class CrashPoints {
    /** The exit status of a halted process, the same as of a killed one. */
    public static final int STATUS = 137;

    private static final int AT = Integer.getInteger("atex.crash.at", 0);
    private static final @Nullable String RECORD = System.getProperty("atex.crash.record");
    private static final boolean ACTIVE = AT > 0 || RECORD != null;
    private static final Object LOCK = new Object();
    private static int reached;
    private static volatile @Nullable Consumer<String> observer;

    private CrashPoints() {}

    /** Reports that the point with this name is reached. */
    public static void reached(String point) {
        if (ACTIVE) {
            count(point);
        }
        Consumer<String> observing = observer;
        if (observing != null) {
            observing.accept(point);
        }
    }

    /** Calls this at every point, for tests in the same process; null ends that. */
    public static void observe(@Nullable Consumer<String> each) {
        observer = each;
    }

    private static void count(String point) {
        synchronized (LOCK) {
            reached++;
            if (RECORD != null) {
                try {
                    Files.writeString(
                            Path.of(RECORD), point + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            if (reached == AT) {
                Runtime.getRuntime().halt(STATUS);
            }
        }
    }
}
