package dev.atex.executor.fmf.shell;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into words as a POSIX shell does: quotes, backslashes, comments. Nothing is expanded. */
public final class WordSplitter {
    /** A word, and the line that it begins in, counted from 1. */
    public record Word(String text, int line) {}

    private final String where;
    private final String text;
    private final List<Word> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int line = 1;
    private int start = 1;
    private int at;

    private WordSplitter(String where, String text) {
        this.where = where;
        this.text = text;
    }

    /**
     * The words of a text.
     *
     * @param where for messages
     * @throws IllegalArgumentException a quote does not end
     */
    public static List<Word> split(String where, String text) {
        WordSplitter made = new WordSplitter(where, text);
        made.run();
        return made.words;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case ' ', '\t', '\r', '\n' -> {
                    end();
                    line += c == '\n' ? 1 : 0;
                }
                case '#' -> {
                    if (inWord) {
                        add(c);
                    } else {
                        int end = text.indexOf('\n', at);
                        at = end < 0 ? text.length() : end;
                    }
                }
                case '\'' -> quoted('\'');
                case '"' -> quoted('"');
                case '\\' -> escaped();
                default -> add(c);
            }
        }
        end();
    }

    private void add(char c) {
        begin();
        word.append(c);
    }

    private void begin() {
        if (!inWord) {
            inWord = true;
            start = line;
        }
    }

    private void end() {
        if (inWord) {
            words.add(new Word(word.toString(), start));
            word.setLength(0);
            inWord = false;
        }
    }

    private void escaped() {
        if (at == text.length()) {
            throw new IllegalArgumentException(where + ":" + line + ": nothing follows the last backslash");
        }
        char c = text.charAt(at++);
        if (c == '\n') { // the line goes on
            line++;
        } else {
            add(c);
        }
    }

    private void quoted(char quote) {
        begin();
        int from = line;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return;
            }
            if (c == '\n') {
                line++;
            }
            if (c == '\\' && quote == '"' && at < text.length() && "\\\"$`\n".indexOf(text.charAt(at)) >= 0) {
                char next = text.charAt(at++);
                if (next == '\n') {
                    line++;
                } else {
                    word.append(next);
                }
            } else {
                word.append(c);
            }
        }
        throw new IllegalArgumentException(where + ":" + from + ": the quote " + quote + " does not end");
    }
}
