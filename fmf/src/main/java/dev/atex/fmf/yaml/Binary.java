package dev.atex.fmf.yaml;

import java.io.ByteArrayOutputStream;

/**
 * Decodes Base 64 as Python does ({@code binascii.a2b_base64}): ignores other characters, and ends at complete
 * padding.
 */
final class Binary {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Binary() {}

    /**
     * Returns the bytes.
     *
     * @throws IllegalArgumentException if the text ends in the middle of a byte
     */
    static byte[] decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 4 * 3 + 3);
        int position = 0; // position of the next digit in a group of four
        int bits = 0;
        int padding = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=') {
                padding++;
                if (position >= 2 && position + padding >= 4) {
                    return bytes.toByteArray();
                }
                continue;
            }
            int digit = c < 0x80 ? DIGITS.indexOf(c) : -1;
            if (digit < 0) {
                continue;
            }
            padding = 0;
            bits = (bits << 6) | digit;
            if (position > 0) {
                bytes.write(bits >> (6 - 2 * position));
            }
            position = (position + 1) % 4;
        }
        if (position == 1) {
            throw new IllegalArgumentException("Invalid base64-encoded string: number of data characters ("
                    + (bytes.size() / 3 * 4 + 1) + ") cannot be 1 more than a multiple of 4");
        }
        if (position != 0) {
            throw new IllegalArgumentException("Incorrect padding");
        }
        return bytes.toByteArray();
    }
}
