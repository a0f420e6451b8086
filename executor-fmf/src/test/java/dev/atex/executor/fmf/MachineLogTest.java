package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.machine.MachineLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineLogTest {
    @Test
    void firstLineSkipsBlankLines() {
        assertThat(MachineLog.firstLine("\n  \n  make check \nexport TOKEN=secret\n"))
                .isEqualTo("make check");
        assertThat(MachineLog.firstLine("")).isEmpty();
    }

    @Test
    void longFirstLineIsCutBetweenCharacters() {
        String line = "\ud83d\ude00".repeat(300);
        assertThat(MachineLog.firstLine(line)).isEqualTo("\ud83d\ude00".repeat(200) + "...");
    }

    @Test
    void textIsNotCreatedIfDebugIsOff() {
        List<String> created = new ArrayList<>();
        MachineLog.debug("machine", () -> {
            created.add("text");
            return "text";
        });
        assertThat(created).isEmpty();
    }
}
