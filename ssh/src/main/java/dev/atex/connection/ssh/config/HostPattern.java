package dev.atex.connection.ssh.config;

import java.util.List;

/** Matches patterns of ssh_config(5): {@code *}, {@code ?}, and a leading {@code !}. */
final class HostPattern {
    private HostPattern() {}

    /** Returns true if a pattern matches, and no negated one does. */
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
        // On a mismatch, go back to the last star and let it match one character more.
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
