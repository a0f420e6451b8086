package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fmf.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares random trees and mutated files, the same in every run, with the description of the format: a model that
 * copies everything, YAML whose meaning is certain from how it was written, and changes whose effect is known.
 */
class DifferentialTest {
    private static final int TREES = 3000;

    @TempDir
    private Path temp;

    private static Map<String, String> texts(Tree tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.climb(true, true).forEach(node -> texts.put(node.name(), Canonical.encode(node.data(), false)));
        return texts;
    }

    private static Map<String, String> texts(NaiveModel model) {
        Map<String, String> texts = new LinkedHashMap<>();
        model.nodes().keySet().stream()
                .sorted()
                .forEach(name -> texts.put(name, Canonical.encode(model.nodes().get(name), false)));
        return texts;
    }

    /** Returns whether the value contains itself: merging in place can cause that. */
    private static boolean isCyclic(Object value, Set<Object> above) {
        if (!(value instanceof Map || value instanceof List)) {
            return false;
        }
        if (!above.add(value)) {
            return true;
        }
        boolean cyclic = (value instanceof Map<?, ?> map ? map.values() : (List<?>) value)
                .stream().anyMatch(each -> isCyclic(each, above));
        above.remove(value);
        return cyclic;
    }

    private static boolean isCyclic(NaiveModel model) {
        return isCyclic(new ArrayList<>(model.nodes().values()), Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /**
     * Writes a tree as files. A mapping in several places of a file is a single object there, but another one in
     * another file.
     */
    private static final class Writer {
        private final Random random;
        private final Map<String, Integer> styles;

        Writer(long seed, Map<String, Integer> styles) {
            this.random = new Random(seed);
            this.styles = styles;
        }

        /** Writes the directory of a node and returns the node's expected value after reading all files. */
        Map<String, Object> write(Path directory, Map<String, Object> node) throws IOException {
            Files.createDirectories(directory);
            Map<String, Object> main = new LinkedHashMap<>();
            Map<String, Object> aside = new LinkedHashMap<>();
            for (Map.Entry<String, Object> entry : node.entrySet()) {
                int place = entry.getKey().startsWith("/") ? random.nextInt(3) : 0;
                if (place == 0) {
                    main.put(entry.getKey(), entry.getValue());
                    continue;
                }
                Map<String, Object> own = Canonical.cast(NaiveModel.copy(entry.getValue(), new IdentityHashMap<>()));
                String name = entry.getKey().substring(1);
                if (place == 1) {
                    file(directory.resolve(name + ".fmf"), own);
                }
                aside.put(entry.getKey(), place == 1 ? own : write(directory.resolve(name), own));
            }
            if (!main.isEmpty()) {
                file(directory.resolve("main.fmf"), main);
            }
            main.putAll(aside);
            return main;
        }

        private void file(Path path, Map<String, Object> value) throws IOException {
            Files.writeString(path, RandomYaml.write(value, random.nextLong(), styles));
        }
    }

    @Test
    void randomTreesMatchDescription() throws Exception {
        Map<String, Integer> styles = new HashMap<>();
        int loaded = 0;
        int adjusted = 0;
        for (int seed = 0; seed < TREES; seed++) {
            Path root = Tree.init(Files.createDirectory(temp.resolve("t" + seed)));
            NaiveModel model = new NaiveModel(new Writer(seed, styles).write(root, RandomTree.of(seed)));
            if (isCyclic(model)) {
                continue;
            }
            Tree tree;
            try {
                tree = Tree.load(root);
            } catch (LoadException | InvalidValueException e) {
                assertThat(e instanceof LoadException load ? load.kind() : LoadException.Kind.MERGE)
                        .isEqualTo(LoadException.Kind.MERGE);
                assertThat(model.failed())
                        .as("seed %d in %s: %s", seed, root, e)
                        .isTrue();
                continue;
            }
            assertThat(model.failed()).as("seed %d", seed).isFalse();
            assertThat(texts(tree)).as("seed %d", seed).isEqualTo(texts(model));
            assertThat(tree.notices()).as("seed %d", seed).isEmpty();
            loaded++;
            String distro = seed % 2 == 0 ? "fedora" : "rhel";
            model.adjust(distro);
            if (isCyclic(model)) {
                continue;
            }
            try {
                tree.adjust(Context.of(Map.of("distro", distro)));
            } catch (LoadException | InvalidValueException e) {
                assertThat(e instanceof LoadException load ? load.kind() : LoadException.Kind.MERGE)
                        .isEqualTo(LoadException.Kind.MERGE);
                assertThat(model.failed()).as("seed %d: %s", seed, e).isTrue();
                continue;
            }
            assertThat(model.failed()).as("seed %d", seed).isFalse();
            assertThat(texts(tree)).as("seed %d, adjusted", seed).isEqualTo(texts(model));
            adjusted++;
        }
        assertThat(loaded).isGreaterThan(TREES * 8 / 10);
        assertThat(adjusted).isGreaterThan(TREES * 7 / 10);
        System.out.println("random trees: " + loaded + " of " + TREES + " loaded as the model says, " + adjusted
                + " adjusted; styles " + styles);
        assertThat(styles)
                .containsKeys(
                        "alias",
                        "literal",
                        "folded",
                        "keep",
                        "literal without a line end",
                        "comment at a block",
                        "tab between lines",
                        "a tag that says nothing",
                        "brackets",
                        "no line end");
        assertThat(styles.values()).allMatch(count -> count > 10);
    }

    /** A change of a text with its effect on the value. */
    private interface Mutation {
        String text(String text);

        default Object value(Object value) {
            return value;
        }
    }

    private static final Map<String, Mutation> MUTATIONS = Map.of(
            "other line ends", text -> text.replace("\n", "\r\n"),
            "old line ends", text -> text.replace("\n", "\r"),
            "next lines", text -> text.replace("\n", "\u0085"),
            "byte order mark", text -> "\ufeff" + text,
            "a document's begin", text -> "%YAML 1.2\n--- # begin\n" + text,
            "a document's end", text -> text + "\n...\n# end\n",
            "comments", text -> "# first\n\n" + text + "\n# last: [",
            "further in", text -> text.replaceAll("(?m)^(?=.)", "   "),
            "a comment without a line end", text -> text + "# - last",
            "a key more",
                    new Mutation() {
                        @Override
                        public String text(String text) {
                            return text + "added by this test: |#c\n    x\n \n    y";
                        }

                        @Override
                        public Object value(Object value) {
                            Map<Object, Object> more = new LinkedHashMap<>(Canonical.<Map<Object, Object>>cast(value));
                            more.put("added by this test", "x\n\ny");
                            return more;
                        }
                    });

    private static String read(String text) throws Exception {
        return Canonical.encode(Yaml.read(text), false);
    }

    /** Returns whether the mutations apply: to mappings in block style that end in a line end. */
    private static boolean suits(String text, Object value) {
        boolean mapping = value instanceof Map<?, ?> map && !map.isEmpty() && !text.contains("<<:");
        boolean lastLineOnly = text.endsWith("\n") && !text.endsWith("\n\n");
        boolean characters = text.codePoints()
                .allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && "\ufeff\u2028\u2029\u0085".indexOf(c) < 0));
        boolean noKeep = !KEEP.matcher(text).find(); // further empty lines would be content
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        boolean block = lines.stream().allMatch(line -> BLOCK_LINE.matcher(line).matches())
                && lines.stream()
                        .filter(line -> !line.strip().startsWith("#"))
                        .findFirst()
                        .filter(line -> !line.startsWith(" "))
                        .isPresent();
        return mapping && lastLineOnly && characters && noKeep && block;
    }

    private static final Pattern KEEP = Pattern.compile("[|>][1-9]?\\+");
    private static final Pattern BLOCK_LINE = Pattern.compile("(?!---|\\.\\.\\.)(?:[ #].*|[-+~\\w/'\"&*!.].*)");

    /** Returns true if the mutations apply to the file. */
    private static boolean checkMutations(String text, Object value, String what) throws Exception {
        if (!suits(text, value)) {
            return false;
        }
        for (Map.Entry<String, Mutation> mutation : MUTATIONS.entrySet()) {
            assertThat(read(mutation.getValue().text(text)))
                    .as("%s: %s%n%s", what, mutation.getKey(), text)
                    .isEqualTo(Canonical.encode(mutation.getValue().value(value), false));
        }
        String written = Yaml.write(value);
        assertThat(read(written)).as("%s, written", what).isEqualTo(Canonical.encode(value, false));
        assertThat(YamlReader.read(written).notices()).as("%s, written", what).isEmpty();
        return true;
    }

    /**
     * Checks that without the last line end a text loses a line end if it is a block that goes to the end, and is the
     * same otherwise.
     */
    private static void checkCut(String text, Object value, String what) throws Exception {
        String lastLine = text.lines().reduce("", (a, b) -> b);
        boolean block = !lastLine.strip().startsWith("#")
                && !lastLine.endsWith("\"")
                && lastScalar(value) instanceof String scalar
                && scalar.endsWith("\n");
        String expected = Canonical.encode(value, false);
        if (block) {
            int end = expected.lastIndexOf("\\n\"");
            expected = expected.substring(0, end) + expected.substring(end + 2);
        }
        assertThat(read(text.substring(0, text.length() - 1)))
                .as("%s: no line end%n%s", what, text)
                .isEqualTo(expected);
    }

    private static Object lastScalar(Object value) {
        return switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() ->
                lastScalar(List.copyOf(map.entrySet()).getLast().getValue());
            case List<?> list when !list.isEmpty() -> lastScalar(list.getLast());
            case null -> "";
            default -> value;
        };
    }

    @Test
    void mutatedRandomFilesHaveKnownMeaning() throws Exception {
        int checked = 0;
        for (int seed = 0; seed < TREES; seed++) {
            Map<String, Object> value = RandomTree.of(seed);
            String text = RandomYaml.write(value, seed, new HashMap<>());
            assertThat(read(text)).as("seed %d%n%s", seed, text).isEqualTo(Canonical.encode(value, false));
            checked += checkMutations(text, value, "seed " + seed) ? 1 : 0;
        }
        assertThat(checked).isGreaterThan(TREES / 10);
        System.out.println("mutations: " + checked + " random files, " + MUTATIONS.size() + " each");
    }

    /** Uses the files of public repositories whose values other tests compare with recorded answers. */
    @Test
    void mutatedCorpusFilesHaveKnownMeaning() throws Exception {
        Path corpus = CorpusTest.corpus();
        if (!Files.isDirectory(corpus.resolve("expected"))) {
            System.out.println("no corpus of fmf trees in " + corpus + ": its files were not mutated");
            return;
        }
        int files = 0;
        int checked = 0;
        try (Stream<Path> all = Files.walk(CorpusTest.unpackedTrees(corpus, temp))) {
            for (Path file : all.filter(path -> path.toString().endsWith(".fmf") && Files.isRegularFile(path))
                    .sorted()
                    .toList()) {
                Object value;
                String text;
                try {
                    text = Files.readString(file);
                    value = Yaml.read(text);
                } catch (FmfException | CharacterCodingException e) {
                    continue; // an intentional error
                }
                files++;
                if (value != null && checkMutations(text, value, file.toString())) {
                    checkCut(text, value, file.toString());
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(files * 8 / 10);
        System.out.println(
                "mutations: " + checked + " of " + files + " files of the corpus, " + MUTATIONS.size() + " each");
    }
}
