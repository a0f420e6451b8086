package dev.atex.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    private static final List<String> WORDS = List.of(
            "plain",
            "",
            "a b",
            "it's",
            "'",
            "''",
            "\"x\"",
            "$HOME",
            "`id`",
            "a\nb",
            "*",
            "~",
            "~root",
            "#x",
            "\\",
            "!",
            "{a,b}",
            "-n",
            "a=b",
            "a,b",
            "user@host:22",
            "100%",
            "ä");

    private static String print(String words) throws Exception {
        ProgramCall.Result result = ProgramCall.start(new ProcessBuilder("sh", "-c", "printf '%s|' " + words))
                .await(Deadline.after(Duration.ofSeconds(30)))
                .orElseThrow();
        assertThat(result.exitCode()).isZero();
        return result.out();
    }

    @Test
    void shellTakesQuotedWordsLiterally() throws Exception {
        List<String> quoted = new ArrayList<>();
        WORDS.forEach(word -> quoted.add(ShellWords.quote(word)));
        assertThat(print(String.join(" ", quoted))).isEqualTo(String.join("|", WORDS) + "|");
    }

    @Test
    void shellTakesJoinedWordsLiterally() throws Exception {
        assertThat(print(ShellWords.join(WORDS))).isEqualTo(String.join("|", WORDS) + "|");
    }

    @Test
    void wordsWithoutSpecialCharactersStayAsTheyAre() {
        assertThat(ShellWords.join(List.of("ssh", "-p", "22", "-o", "A=b,c", "user@host:/x_y.z+%")))
                .isEqualTo("ssh -p 22 -o A=b,c user@host:/x_y.z+%");
        assertThat(ShellWords.quoteIfNeeded("a b")).isEqualTo("'a b'");
        assertThat(ShellWords.quoteIfNeeded("")).isEqualTo("''");
    }
}
