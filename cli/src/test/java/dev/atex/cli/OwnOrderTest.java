package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.FmfTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnOrderTest {
    private static List<FmfTest> tests(String... names) {
        return Stream.of(names)
                .map(name ->
                        new FmfTest(name, name.replaceFirst("#.*", ""), "", Map.of("test", "true"), Optional.empty()))
                .toList();
    }

    @Test
    void theOrderOfNamesIsNobodysOwn() {
        assertThat(OwnOrder.isOwn(tests())).isFalse();
        assertThat(OwnOrder.isOwn(tests("/a", "/a/b", "/a/c", "/a-b", "/b"))).isFalse();
    }

    @Test
    void anyOtherOrderIs() {
        assertThat(OwnOrder.isOwn(tests("/b", "/a"))).isTrue();
        assertThat(OwnOrder.isOwn(tests("/a/b", "/a"))).isTrue();
    }

    @Test
    void aTestThatComesAgainIsToo() {
        assertThat(OwnOrder.isOwn(tests("/a", "/a#2"))).isTrue();
    }
}
