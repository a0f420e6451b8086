package dev.atex.report.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits for unknown clients, so low that they do not affect the run. The JDK's server reads its limits from system
 * properties once per process.
 */
final class ServerLimits {
    private static final int MOST_CONNECTIONS = 256;
    private static final int FEWEST_CONNECTIONS = 16;
    private static final int SHARE_OF_DESCRIPTORS = 8;
    private static final int USUAL_DESCRIPTORS = 1024;
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+) ");

    /** The maximum number of open connections; further ones are closed at once. */
    static final int CONNECTIONS = connections();

    /** The maximum number of pages that receive updates: the other connections are for pages and files. */
    static final int FOLLOWERS = CONNECTIONS / 2;

    private ServerLimits() {}

    /**
     * Sets the limits; must be called before the process creates its first server. Does not override the user's
     * settings.
     */
    static void set() {
        limit("jdk.httpserver.maxConnections", CONNECTIONS);
        limit("sun.net.httpserver.maxReqTime", 10); // seconds, from the first byte of a connection and from its start
        limit("sun.net.httpserver.maxReqHeaderSize", 16 << 10);
        limit("sun.net.httpserver.maxReqHeaders", 100);
        limit("sun.net.httpserver.maxIdleConnections", CONNECTIONS / 4);
        limit("sun.net.httpserver.clockTick", 1000); // milliseconds
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    private static int connections() {
        int share = descriptors() / SHARE_OF_DESCRIPTORS;
        return Math.max(FEWEST_CONNECTIONS, Math.min(MOST_CONNECTIONS, share));
    }

    private static int descriptors() {
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
            if (limit.find()) {
                return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(limit.group(1)));
            }
        } catch (IOException | NumberFormatException e) {
            return USUAL_DESCRIPTORS; // nothing better is known
        }
        return USUAL_DESCRIPTORS; // "unlimited"
    }
}
