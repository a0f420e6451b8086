package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fmf.python.Tuple;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Properties of all trees, checked for random ones that are the same in every run. */
class PropertyTest {
    private static final String[] KEYS = {"a", "b", "c", "d"};
    private static final String[] SUFFIXES = {"", "", "+", "+", "+<", "-"};

    /**
     * The reference's way, implemented literally: a node copies everything it inherits, values of rules and nodes are
     * used as they are, and mappings change in place. The library shares instead, and must not differ.
     */
    private static final class Model {
        private final Map<String, Map<Object, Object>> nodes = new LinkedHashMap<>();
        private boolean failed;

        Model(Map<String, Object> data) {
            inherit("/", data, Map.of());
        }

        private void inherit(String name, Map<String, Object> raw, Map<Object, Object> parent) {
            Map<String, Object> own = new LinkedHashMap<>();
            Map<String, Map<String, Object>> children = new LinkedHashMap<>();
            raw.forEach((key, value) -> {
                if (key.startsWith("/")) {
                    children.put(key.substring(1), Canonical.cast(value));
                } else {
                    own.put(key, value);
                }
            });
            Map<Object, Object> data = Canonical.cast(copy(parent, new IdentityHashMap<>()));
            merge(data, own);
            nodes.put(name, data);
            children.forEach((key, child) -> inherit(name.equals("/") ? "/" + key : name + "/" + key, child, data));
        }

        void adjust() {
            for (Map<Object, Object> data : nodes.values()) {
                if (data.get("adjust") instanceof List<?> rules) {
                    for (Object rule : new ArrayList<>(rules)) {
                        merge(data, (Map<?, ?>) rule);
                    }
                }
            }
        }

        private static @Nullable Object copy(@Nullable Object value, Map<Object, Object> known) {
            if (known.containsKey(value)) {
                return known.get(value);
            }
            if (value instanceof Map<?, ?> map) {
                Map<Object, Object> copy = new LinkedHashMap<>();
                known.put(map, copy);
                map.forEach((key, item) -> copy.put(key, copy(item, known)));
                return copy;
            }
            if (value instanceof List<?> list) {
                List<Object> copy = new ArrayList<>();
                known.put(list, copy);
                list.forEach(item -> copy.add(copy(item, known)));
                return copy;
            }
            return value;
        }

        private void merge(Map<Object, Object> data, Map<?, ?> source) {
            int size = data.size();
            // a value may be merged into itself: Python notices when that adds a key
            for (Map.Entry<?, ?> entry : new LinkedHashMap<>(source).entrySet()) {
                if (data == source && data.size() != size) {
                    failed = true;
                    return;
                }
                String key = (String) entry.getKey();
                Object value = entry.getValue();
                if (key.endsWith("+") || key.endsWith("+<")) {
                    plus(data, key.replaceAll("[+<]+$", ""), value, key.endsWith("<"));
                } else if (key.endsWith("-")) {
                    minus(data, key.substring(0, key.length() - 1), value);
                } else {
                    data.put(key, value);
                }
            }
        }

        private void plus(Map<Object, Object> data, String key, Object value, boolean first) {
            Object present = data.get(key);
            if (!data.containsKey(key)) {
                data.put(key, value);
            } else if (present instanceof List<?> items && value instanceof Map<?, ?> given) {
                if (!items.stream().allMatch(Map.class::isInstance)) {
                    failed = true;
                    return;
                }
                items.forEach(item -> merge(Canonical.cast(item), given));
            } else if (present instanceof Map<?, ?> && value instanceof List<?> items) {
                List<Object> merged = new ArrayList<>();
                for (Object item : items) {
                    if (!(item instanceof Map<?, ?> given)) {
                        failed = true;
                        return;
                    }
                    Map<Object, Object> copy = Canonical.cast(copy(present, new IdentityHashMap<>()));
                    merge(copy, given);
                    merged.add(copy);
                }
                data.put(key, merged);
            } else if (present instanceof Map<?, ?> map && value instanceof Map<?, ?> given) {
                merge(Canonical.cast(map), given);
            } else if (present instanceof List<?> left && value instanceof List<?> right) {
                List<Object> joined = new ArrayList<>(first ? right : left);
                joined.addAll(first ? left : right);
                data.put(key, joined);
            } else if (present instanceof Long left && value instanceof Long right) {
                data.put(key, left + right);
            } else if (present instanceof String left && value instanceof String right) {
                data.put(key, first ? right + left : left + right);
            } else {
                failed = true;
            }
        }

        private void minus(Map<Object, Object> data, String key, Object value) {
            Object present = data.get(key);
            if (!data.containsKey(key)) {
                return;
            }
            if (present instanceof Long left && value instanceof Long right) {
                data.put(key, left - right);
            } else if (present instanceof String left && value instanceof String right) {
                data.put(key, left.replace(right, ""));
            } else if (present instanceof List<?> left && value instanceof List<?> right) {
                List<Object> kept = new ArrayList<>(left);
                kept.removeIf(right::contains);
                data.put(key, kept);
            } else if (present instanceof Map<?, ?> map && value instanceof List<?> right) {
                if (!map.isEmpty() && right.stream().anyMatch(Map.class::isInstance)) {
                    failed = true;
                }
                right.forEach(map::remove);
            } else {
                failed = true;
            }
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 2 ? 2 : 6)) {
            case 0 -> (long) random.nextInt(5);
            case 1 -> "xyz".substring(random.nextInt(3));
            case 2 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(
                            random.nextBoolean()
                                    ? (Object) (long) random.nextInt(3)
                                    : "xyz".substring(random.nextInt(3)));
                }
                yield list;
            }
            case 3 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(mapping(random, depth + 1));
                }
                yield list;
            }
            default -> mapping(random, depth + 1);
        };
    }

    private static Map<String, Object> mapping(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            map.put(
                    KEYS[random.nextInt(KEYS.length)] + SUFFIXES[random.nextInt(SUFFIXES.length)],
                    value(random, depth));
        }
        return map;
    }

    private static Map<String, Object> tree(Random random, int depth) {
        Map<String, Object> data = mapping(random, 0);
        if (random.nextInt(3) == 0) {
            List<Object> rules = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                rules.add(mapping(random, 0));
            }
            data.put(random.nextInt(3) == 0 ? "adjust" : "adjust+", rules);
        }
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            data.put("/n" + i, tree(random, depth - 1));
        }
        return data;
    }

    private static Map<String, String> texts(Tree tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.climb(true, false).forEach(node -> texts.put(node.name(), Canonical.encode(node.data(), false)));
        return texts;
    }

    private static Map<String, String> texts(Model model) {
        Map<String, String> texts = new LinkedHashMap<>();
        model.nodes.forEach((name, data) -> texts.put(name, Canonical.encode(data, false)));
        return texts;
    }

    @Test
    void sharingIsInvisible() {
        int compared = 0;
        int adjusted = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Map<String, Object> data = tree(new Random(seed), 3);
            Model model = new Model(tree(new Random(seed), 3));
            try {
                Tree tree = Tree.of(data);
                assertThat(model.failed).as("seed %d", seed).isFalse();
                assertThat(texts(tree)).as("seed %d", seed).isEqualTo(texts(model));
                compared++;
                Node copy = tree.top().copy();
                String before = Canonical.encode(copy.data(), false);
                model.adjust();
                tree.adjust(Context.empty());
                assertThat(model.failed).as("seed %d", seed).isFalse();
                assertThat(texts(tree)).as("seed %d", seed).isEqualTo(texts(model));
                assertThat(Canonical.encode(copy.data(), false)).isEqualTo(before);
                copy.adjust(Context.empty(), AdjustOptions.DEFAULT);
                for (Node node : copy.climb(true, false)) {
                    assertThat(Canonical.encode(node.data(), false))
                            .as("seed %d, copy of %s", seed, node)
                            .isEqualTo(texts(model).get(node.name()));
                }
                adjusted++;
            } catch (FmfException e) {
                if (!model.failed) {
                    model.adjust();
                }
                assertThat(model.failed).as("seed %d: %s", seed, e).isTrue();
            }
        }
        assertThat(compared).isGreaterThan(4000);
        assertThat(adjusted).isGreaterThan(2000);
    }

    @Test
    void adjustingTwiceEqualsOnceIfRulesOnlyAssign() throws Exception {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Map<String, Object> data = new LinkedHashMap<>(Map.of("a", 1L));
            List<Object> rules = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                Map<String, Object> rule = new LinkedHashMap<>();
                rule.put(KEYS[random.nextInt(4)], (long) random.nextInt(9));
                rule.put("when", random.nextBoolean() ? "d == x" : "d == y or e == z");
                rules.add(rule);
            }
            data.put("adjust", rules);
            data.put("/child", Map.of("b", 2L));
            Context context = Context.of(Map.of("d", random.nextBoolean() ? "x" : "y"));
            Tree tree = Tree.of(data);
            tree.adjust(context);
            Map<String, String> once = texts(tree);
            tree.adjust(context);
            assertThat(texts(tree)).isEqualTo(once);
        }
        Tree adding = Tree.of(Map.of("k", 1L, "adjust", Map.of("k+", 1L)));
        adding.adjust(Context.empty());
        adding.adjust(Context.empty());
        assertThat(adding.top().get("k")).isEqualTo(3L);
    }

    @Test
    void pruneReturnsPartOfClimbInOrder() throws Exception {
        int some = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            Tree tree;
            try {
                tree = Tree.of(tree(random, 3));
            } catch (FmfException e) {
                continue;
            }
            boolean whole = random.nextBoolean();
            Selection selection = Selection.builder()
                    .whole(whole)
                    .keys(random.nextBoolean() ? List.of("a") : List.of())
                    .names(random.nextBoolean() ? List.of("1", "2$") : List.of())
                    .filters(random.nextBoolean() ? List.of("b: -x | c: .*") : List.of())
                    .conditions(random.nextBoolean() ? List.of("'d' in locals()") : List.of())
                    .build();
            List<Node> all = tree.climb(whole, true);
            List<Node> expected = new ArrayList<>();
            for (Node node : all) {
                boolean meets = (selection.keys().isEmpty() || node.data().containsKey("a"))
                        && (selection.names().isEmpty() || node.name().matches("(?s).*(1|2$).*"))
                        && (selection.filters().isEmpty() || filterHolds(node))
                        && (selection.conditions().isEmpty() || node.data().containsKey("d"));
                if (meets) {
                    expected.add(node);
                }
            }
            List<Node> pruned = tree.prune(selection);
            assertThat(pruned).as("seed %d, %s", seed, selection).isEqualTo(expected);
            some += pruned.isEmpty() ? 0 : 1;
            assertThat(tree.climb(true, true)).containsAll(all).hasSameElementsAs(tree.climb(true, false));
        }
        assertThat(some).isGreaterThan(100);
    }

    /** Evaluates all alternatives: a key that is missing in one of them excludes the node. */
    private static boolean filterHolds(Node node) throws FmfException {
        return node.data().containsKey("b")
                && node.data().containsKey("c")
                && Filter.parse("b: -x | c: .*", true, true).matches(node.data(), null);
    }

    private static String text(Random random) {
        String[] pieces = {
            "a",
            "Z",
            " ",
            "  ",
            ":",
            ": ",
            "#",
            " #",
            "-",
            "- ",
            "?",
            "|",
            ">",
            "'",
            "\"",
            "\\",
            "\n",
            "\n\n",
            "\t",
            "é",
            "\u0085",
            "\u2028",
            "\ufeff",
            "\u0000",
            "\u001b",
            "\ud83d\ude00",
            "1",
            "0",
            ".",
            "e",
            "_",
            "true",
            "null",
            "~",
            "yes",
            "<<",
            "=",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&",
            "*",
            "!",
            "%",
            "@",
            "`",
            "---",
            "...",
            "2024-01-02",
            "0x",
            "\r"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static @Nullable Object anyValue(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 8 : 12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> BigInteger.valueOf(random.nextLong()).pow(2).shiftLeft(10);
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 ->
                random.nextBoolean()
                        ? LocalDate.of(1 + random.nextInt(9999), 1 + random.nextInt(12), 1 + random.nextInt(28))
                        : LocalDateTime.of(1 + random.nextInt(9999), 1, 1 + random.nextInt(28), random.nextInt(24), 0)
                                .plusNanos(random.nextInt(100_000_000) * 1000L);
            case 6, 7 -> text(random);
            case 8 -> {
                byte[] bytes = new byte[random.nextInt(9)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 9 -> {
                Set<Object> set = new LinkedHashSet<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    set.add(text(random));
                }
                yield set;
            }
            case 10 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(anyValue(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    Object key = switch (random.nextInt(9)) {
                        case 0 -> (long) (2 + random.nextInt(9));
                        case 1 -> null;
                        case 2 -> new Tuple(List.of("a", text(random)));
                        default -> text(random);
                    };
                    map.put(key, anyValue(random, depth + 1));
                }
                yield map;
            }
        };
    }

    @Test
    void writtenYamlIsReadBack() throws Exception {
        for (int seed = 0; seed < 20_000; seed++) {
            Object value = anyValue(new Random(seed), 0);
            String yaml = Yaml.write(value);
            assertThat(Canonical.encode(Yaml.read(yaml), false))
                    .as("seed %d:%n%s", seed, yaml)
                    .isEqualTo(Canonical.encode(value, false));
        }
    }
}
