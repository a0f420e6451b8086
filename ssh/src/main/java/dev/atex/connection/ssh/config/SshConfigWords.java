package dev.atex.connection.ssh.config;

import java.util.ArrayList;
import java.util.List;

/** Splits a line of an ssh_config file into its keyword and arguments. */
final class SshConfigWords {
    private SshConfigWords() {}

    /** Returns the words; none for comments and empty lines. Allows {@code =} after the keyword, and double quotes. */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c != '"') {
                word.append(c);
            } else if (c == '"') {
                quoted = !quoted;
                inWord = true;
            } else if (Character.isWhitespace(c) || (c == '=' && isAfterKeyword(words.size(), inWord))) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else if (c == '#' && !inWord) {
                break;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    private static boolean isAfterKeyword(int words, boolean inWord) {
        return words == 0 ? inWord : words == 1 && !inWord;
    }
}
