package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code docs/errors.md} and {@code tools/errors}, which creates it from the sources. */
@Timeout(300)
class ErrorCatalogTest {
    @TempDir
    private Path tree;

    @Test
    void errorsPageIsUpToDate() throws Exception {
        Atex.Result check = Atex.in(Atex.SOURCES)
                .startAs(List.of(Atex.SOURCES.resolve("tools/errors").toString(), "--check"))
                .end();
        assertThat(check.err()).as("renew the page with: tools/errors").isEmpty();
        check.expect(0);
    }

    @Test
    void pageListsMessagesWithPlaceholders() throws Exception {
        for (String tool : List.of("errors", "ErrorCatalog.java", "find-jdk")) {
            Files.createDirectories(tree.resolve("tools"));
            Files.copy(Atex.SOURCES.resolve("tools/" + tool), tree.resolve("tools/" + tool));
        }
        Files.createDirectories(tree.resolve("docs"));
        Path lease = Files.createDirectories(tree.resolve("core/src/main/java/dev/atex/lease"));
        Files.writeString(lease.resolve("LeaseException.java"), """
                /** A {@code lease} cannot be freed. */
                class LeaseException extends Exception {
                    LeaseException(String message) {
                        super(message);
                    }
                }
                """);
        Files.writeString(lease.resolve("Leases.java"), """
                class Leases {
                    private static final String HINT = "; run 'atex reap'";

                    void free(String lease, boolean again) throws LeaseException {
                        String what = "the lease of " + lease.strip();
                        if (lease.isEmpty()) {
                            throw failure(again ? what + " is empty" : what + " has no name");
                        }
                        throw new LeaseException(
                                "cannot free %s%s".formatted(lease, again ? " a second time" : "") + HINT);
                    }

                    private static LeaseException failure(String message) {
                        return new LeaseException(message);
                    }
                }
                """);

        assertThat(errors("--check").expect(1).err()).contains("docs/errors.md is out of date: run tools/errors");
        errors().expect(0);
        assertThat(tree.resolve("docs/errors.md"))
                .content()
                .contains("## Leases and reaping", "A `lease` cannot be freed. *Exit code 3.*", """
                        - `cannot free <lease>[ a second time]; run 'atex reap'`
                        - `the lease of <lease> has no name`
                        - `the lease of <lease> is empty`
                        """);
        errors("--check").expect(0);
    }

    private Atex.Result errors(String... arguments) throws Exception {
        return Atex.in(tree)
                .startAs(Stream.concat(Stream.of(tree.resolve("tools/errors").toString()), Stream.of(arguments))
                        .toList())
                .end();
    }
}
