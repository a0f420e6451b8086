package dev.atex.fmf.python.regex;

import dev.atex.fmf.python.PythonException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A regular expression with the syntax and semantics of Python's {@code re} module. Thread-safe. */
public final class PyRegex {
    private static final String SPECIAL = "\\.^$*+?{}[]|()";
    private static final int CACHED = 2048;
    private static final int MAX_LENGTH = 1 << 24;
    private static final Map<String, PyRegex> CACHE = new ConcurrentHashMap<>();

    /** java.util.regex backtracks by recursion: a long text may need far more stack than a thread has. */
    private static final long LARGE_STACK = 512L << 20;

    private final String source;
    private final @Nullable Pattern pattern;
    private final @Nullable RegexTranslator translated;
    private volatile @Nullable Pattern advancing;

    private PyRegex(String source) {
        this.source = source;
        if (isLiteral(source)) {
            this.translated = null;
            this.pattern = null;
        } else {
            try {
                this.translated = new RegexTranslator(source).translate();
                this.pattern = compileJava(translated.java());
            } catch (StackOverflowError e) {
                throw new PythonException("RecursionError", "maximum recursion depth exceeded");
            }
        }
    }

    /**
     * A text with a limited number of accesses: some expressions would take longer than anyone waits. Python has no
     * limit.
     */
    private static final class Limited implements CharSequence {
        private static final int MAX_STEPS = 100_000_000;

        private final String text;
        private int steps;

        Limited(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw new PythonException("TimeoutError", "the expression takes too long with this text");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Compiles an expression; throws {@code re.error} as {@link PythonException} if it is invalid. */
    public static PyRegex compile(String source) {
        PyRegex known = CACHE.get(source);
        if (known != null) {
            return known;
        }
        PyRegex made = new PyRegex(source);
        if (CACHE.size() >= CACHED) {
            CACHE.clear();
        }
        CACHE.put(source, made);
        return made;
    }

    private static Pattern compileJava(String java) {
        try {
            return Pattern.compile(java);
        } catch (java.util.regex.PatternSyntaxException e) {
            if (String.valueOf(e.getDescription()).startsWith("Stack overflow")) {
                throw new PythonException("RecursionError", "maximum recursion depth exceeded");
            }
            throw RegexSource.error(e.getDescription());
        }
    }

    private static boolean isLiteral(String source) {
        for (int i = 0; i < source.length(); i++) {
            if (SPECIAL.indexOf(source.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns {@code re.search(expression, text) is not None}. */
    public boolean search(String text) {
        Pattern java = pattern;
        return java == null
                ? text.contains(source)
                : withEnoughStack(() -> java.matcher(new Limited(text)).find());
    }

    /** Returns {@code re.match(expression, text) is not None}: the match begins at the start of the text. */
    public boolean match(String text) {
        Pattern java = pattern;
        return java == null
                ? text.startsWith(source)
                : withEnoughStack(() -> java.matcher(new Limited(text)).lookingAt());
    }

    /** Returns {@code re.sub(expression, replacement, text)}. */
    public String sub(String replacement, String text) {
        RegexTemplate template = new RegexTemplate(replacement, this);
        return withEnoughStack(() -> replaceAll(template, text));
    }

    private String replaceAll(RegexTemplate template, String text) {
        Matcher matcher = pattern().matcher(new Limited(text));
        StringBuilder out = new StringBuilder(text.length());
        int copied = 0;
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            copied = replaceOne(template, text, matcher, copied, out);
            from = matcher.end();
            if (matcher.start() == matcher.end()) {
                Matcher longer = longerMatchAt(text, from);
                if (longer != null) {
                    copied = replaceOne(template, text, longer, copied, out);
                    from = longer.end();
                } else {
                    from += from < text.length() ? Character.charCount(text.codePointAt(from)) : 1;
                }
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private static int replaceOne(RegexTemplate template, String text, Matcher match, int copied, StringBuilder out) {
        out.append(text, copied, match.start());
        template.expand(match, out);
        if (out.length() > MAX_LENGTH) {
            throw new PythonException("MemoryError", "the text gets longer than " + MAX_LENGTH + " characters");
        }
        return match.end();
    }

    /** Looks for a non-empty match at the same place after an empty one, as Python does. */
    private @Nullable Matcher longerMatchAt(String text, int at) {
        Pattern java = advancing;
        if (java == null) {
            java = Pattern.compile("(?:" + pattern().pattern() + ")(?!\\G)");
            advancing = java;
        }
        Matcher matcher = java.matcher(new Limited(text));
        matcher.useTransparentBounds(true).useAnchoringBounds(false).region(at, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private Pattern pattern() {
        Pattern java = pattern;
        return java == null ? Pattern.compile(Pattern.quote(source)) : java;
    }

    /** Returns the number of groups. */
    int groups() {
        return translated == null ? 0 : translated.groups();
    }

    /** Returns the number of the named group, or -1. */
    int group(String name) {
        return translated == null ? -1 : translated.group(name);
    }

    /** Returns Java's number of a group: conditional expressions need additional groups there. */
    int javaGroup(int number) {
        return translated == null ? number : translated.javaGroup(number);
    }

    private static <T> T withEnoughStack(Supplier<T> work) {
        try {
            return work.get();
        } catch (StackOverflowError e) {
            return onLargeStack(work);
        }
    }

    private static <T> T onLargeStack(Supplier<T> work) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> result.set(work.get()), "fmf-regex", LARGE_STACK);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        T value = result.get();
        if (value != null) {
            return value;
        }
        if (failure.get() instanceof PythonException e) {
            throw e;
        }
        throw new PythonException("RecursionError", "the expression needs too much stack for this text");
    }

    /** Returns the expression as written. */
    @Override
    public String toString() {
        return source;
    }
}
