package dev.atex.fmf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Creates the raw metadata of a tree from a seed: suffixes, children, rules, and mappings in several places. The
 * description of the format is unambiguous about all of them.
 */
final class RandomTree {
    private static final String[] KEYS = {"env", "tag", "text", "n"};
    private static final String[] WORDS = {
        "alpha", "beta", "gamma", "", "two words", "a: b", "#no", "é☃", "'", "x\ny", "1", "~"
    };

    private final Random random;
    /** Candidates for anchors, so that further places can have the same object. */
    private final List<Map<String, Object>> known = new ArrayList<>();

    private RandomTree(long seed) {
        random = new Random(seed);
    }

    /** Returns the same tree for the same seed, with separate objects. */
    static Map<String, Object> of(long seed) {
        return new RandomTree(seed).node(3);
    }

    private Map<String, Object> node(int depth) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            put(data);
        }
        if (random.nextInt(3) == 0) {
            List<Object> rules = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                Map<String, Object> rule = new LinkedHashMap<>();
                if (random.nextBoolean()) {
                    rule.put("when", random.nextBoolean() ? "distro == fedora" : "distro == rhel or arch is defined");
                }
                put(rule);
                put(rule);
                rules.add(rule);
            }
            data.put(random.nextBoolean() ? "adjust" : "adjust+", rules);
        }
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            data.put("/n" + i, node(depth - 1));
        }
        return data;
    }

    /** Adds a key of one of four types, mostly with a matching suffix and value. */
    private void put(Map<String, Object> data) {
        String key = KEYS[random.nextInt(KEYS.length)];
        switch (key) {
            case "env" -> {
                switch (random.nextInt(6)) {
                    case 0, 1 -> data.put(key, shared(mapping(2)));
                    case 2, 3 -> data.put(key + "+", shared(mapping(2)));
                    case 4 -> data.put(key + "-", List.of("A", "BC", "x"));
                    default -> data.put(key + "-~", patterns());
                }
            }
            case "tag" -> {
                switch (random.nextInt(6)) {
                    case 0, 1 -> data.put(key, words());
                    case 2 -> data.put(key + "+", words());
                    case 3 -> data.put(key + "+<", words());
                    case 4 -> data.put(key + "-", words());
                    default -> data.put(key + "-~", patterns());
                }
            }
            case "text" -> {
                switch (random.nextInt(5)) {
                    case 0, 1 -> data.put(key, word());
                    case 2 -> data.put(key + "+", word());
                    case 3 -> data.put(key + "~", "/a/b/");
                    default -> data.put(key + "-~", patterns());
                }
            }
            default -> data.put(key + (random.nextBoolean() ? "" : random.nextBoolean() ? "+" : "-"), number());
        }
    }

    private Object number() {
        return (long) random.nextInt(9);
    }

    private Object patterns() {
        return random.nextBoolean() ? "^[Aa]" : new ArrayList<>(List.of("B", "a$"));
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private List<Object> words() {
        List<Object> words = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            words.add(random.nextInt(4) == 0 ? number() : word());
        }
        return words;
    }

    private Map<String, Object> shared(Map<String, Object> made) {
        if (!known.isEmpty() && random.nextInt(4) == 0) {
            return known.get(random.nextInt(known.size()));
        }
        known.add(made);
        return made;
    }

    private Map<String, Object> mapping(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = new String[] {"A", "BC", "ab", "x"}[random.nextInt(4)];
            map.put(
                    key,
                    depth > 0 && random.nextInt(4) == 0
                            ? shared(mapping(depth - 1))
                            : random.nextBoolean() ? word() : number());
        }
        return map;
    }
}
