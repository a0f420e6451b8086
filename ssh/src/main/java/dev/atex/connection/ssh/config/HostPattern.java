package dev.atex.connection.ssh.config;

import java.util.List;

/** Patterns of ssh_config(5): {@code *}, {@code ?}, and {@code !} in front. */
final class HostPattern {
    private HostPattern() {}

    /** Whether one of the patterns fits, and none of the negated ones. */
    static boolean matches(List<String> patterns, String subject) {
        boolean any = false;
        for (String pattern : patterns) {
            if (pattern.startsWith("!")) {
                if (matches(pattern.substring(1), subject)) {
                    return false;
                }
            } else {
                any |= matches(pattern, subject);
            }
        }
        return any;
    }

    static boolean matches(String pattern, String subject) {
        // The last star takes what it must, and is gone back to when the rest does not fit.
        int p = 0;
        int s = 0;
        int star = -1;
        int retry = 0;
        while (s < subject.length()) {
            if (p < pattern.length() && (pattern.charAt(p) == '?' || same(pattern.charAt(p), subject.charAt(s)))) {
                p++;
                s++;
            } else if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = s;
            } else if (star >= 0) {
                p = star + 1;
                s = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean same(char a, char b) {
        return a != '*' && Character.toLowerCase(a) == Character.toLowerCase(b);
    }
}
