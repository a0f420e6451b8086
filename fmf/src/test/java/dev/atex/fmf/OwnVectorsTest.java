package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the project's own cases, a line of JSON each in {@code src/test/resources/vectors}, with the answers that the
 * description of the format requires; those about Python (conditions, str and repr, str.format, re) are Python's.
 * Values are written as {@link Canonical} does.
 */
class OwnVectorsTest {
    private static final List<String> KINDS = List.of(
            "context", "context_args", "filter", "merge", "scalar", "condition", "repr", "format", "regex", "tree");

    @TempDir
    private static Path temp;

    private static List<Map<String, Object>> vectors(String kind) throws IOException {
        try (InputStream in = OwnVectorsTest.class.getResourceAsStream("/vectors/" + kind + ".jsonl")) {
            return Vectors.read(Objects.requireNonNull(in, kind));
        }
    }

    @TestFactory
    Stream<DynamicContainer> everyAnswerIsRight() throws IOException {
        List<DynamicContainer> kinds = new ArrayList<>();
        for (String kind : KINDS) {
            List<DynamicTest> tests = new ArrayList<>();
            for (Map<String, Object> vector : vectors(kind)) {
                String name = tests.size() + 1 + " " + Canonical.encodeJson(vector);
                Path directory = temp.resolve(kind + tests.size());
                tests.add(DynamicTest.dynamicTest(
                        name.length() > 150 ? name.substring(0, 150) : name, () -> check(kind, vector, directory)));
            }
            kinds.add(DynamicContainer.dynamicContainer(kind, tests));
        }
        return kinds.stream();
    }

    private static void check(String kind, Map<String, Object> vector, Path directory) throws IOException {
        Vectors.Outcome outcome = kind.equals("tree") ? TreeVector.run(vector, directory) : Vectors.run(kind, vector);
        switch (outcome) {
            case Vectors.Equal() -> {}
            case Vectors.Allowed(String why) ->
                assertThat(why).as("refused, and the vector has an answer").isEmpty();
            case Vectors.Different(String expected, String actual) ->
                assertThat(actual).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"context", "filter", "merge", "scalar", "condition", "repr", "format", "regex", "tree"})
    void everyFeatureHasEnoughVectors(String kind) throws IOException {
        assertThat(vectors(kind)).hasSizeGreaterThan(49);
    }
}
