package dev.atex.internal.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random JSON values from a seed, with the odd ones among them. */
public final class RandomJson {
    private RandomJson() {}

    /** Any value, with containers nested at most this deep. */
    public static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> string(random);
            case 1 -> number(random);
            case 2 -> random.nextBoolean();
            case 3 -> null;
            case 4 -> word(random);
            case 5 -> array(random, depth - 1);
            default -> object(random, depth - 1);
        };
    }

    /** An object whose values are nested at most this deep. */
    public static Map<String, Object> object(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(random.nextInt(3) == 0 ? key(random) : word(random), value(random, depth));
        }
        return map;
    }

    /** A string without halves of surrogate pairs: the reader refuses those in keys. */
    private static String key(Random random) {
        return string(random)
                .codePoints()
                .filter(c -> c < 0xd800 || c > 0xdfff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static List<Object> array(Random random, int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(value(random, depth));
        }
        return list;
    }

    private static String word(Random random) {
        String[] words = {"status", "pass", "fail", "name", "note", "files", "a", "", "sub/test", "x y"};
        return words[random.nextInt(words.length)];
    }

    /** Any string: ASCII, controls, all planes, halves of surrogate pairs. */
    public static String string(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                case 3 -> text.append("\"\\/\u007f".charAt(random.nextInt(4)));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    private static JsonNumber number(Random random) {
        return new JsonNumber(
                switch (random.nextInt(7)) {
                    case 0 -> Long.toString(random.nextLong());
                    case 1 -> Integer.toString(random.nextInt(100));
                    case 2 ->
                        Double.toString(Double.longBitsToDouble(
                                random.nextLong() & ~(0x7ffL << 52) | ((long) random.nextInt(2047) << 52)));
                    case 3 -> random.nextInt(1000) + "." + random.nextInt(1000) + "e" + (random.nextInt(60) - 30);
                    case 4 -> random.nextInt(10) + "E" + (random.nextInt(800) - 400);
                    case 5 -> random.nextInt(10000) + "." + random.nextInt(10000);
                    default -> "-0";
                });
    }
}
