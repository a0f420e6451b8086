package dev.atex.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticesTest {
    @Test
    void textOfSeveralLinesIsPrintedAsSeveralLines() {
        List<String> shown = new ArrayList<>();
        Notices notices = new Notices(Terminal.ofProcess());
        notices.showOn(shown::add);
        notices.accept("the machine does not let us in\nIt is asked for again (1 of 10 times)");
        assertThat(shown).containsExactly("the machine does not let us in", "It is asked for again (1 of 10 times)");
    }
}
