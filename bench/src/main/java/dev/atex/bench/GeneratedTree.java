package dev.atex.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a metadata tree of a given size, the same for the same seed: areas of suites of files of tests, each level adding
 * to what it inherits, with three adjust rules for every node.
 */
final class GeneratedTree {
    private static final int SUITES_PER_AREA = 10;
    private static final int FILES_PER_SUITE = 10;

    private static final String[] WORDS = {
        "kernel",
        "bash",
        "systemd",
        "network",
        "storage",
        "selinux",
        "audit",
        "crypto",
        "podman",
        "sanity",
        "upgrade",
        "regression",
        "performance",
        "security",
        "smoke",
        "boot",
    };

    private final Random random;

    private GeneratedTree(long seed) {
        this.random = new Random(seed);
    }

    /** Writes {@code tests} tests into about {@code files} files below {@code root}, which must not have a tree yet. */
    static void write(Path root, int tests, int files, long seed) throws IOException {
        new GeneratedTree(seed).writeTree(root, tests, files);
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private void writeTree(Path root, int tests, int files) throws IOException {
        Files.createDirectories(root.resolve(".fmf"));
        Files.writeString(root.resolve(".fmf/version"), "1\n");
        Files.writeString(root.resolve("main.fmf"), """
                summary: Generated tests
                contact: Somebody <somebody@example.com>
                component: [generated]
                tag: [Tier1]
                duration: 10m
                framework: shell
                require: [make, gcc]
                environment:
                  LEVEL: root
                  LANG: C
                adjust:
                  - when: distro < rhel-8
                    enabled: false
                    because: not built there
                  - when: distro == fedora or distro == centos-stream
                    environment+: {FAMILY: fedora}
                  - when: arch != x86_64 and trigger == commit
                    tag+: [slow]
                """);
        int suites = Math.max(1, files / FILES_PER_SUITE);
        int testFiles = suites * (FILES_PER_SUITE - 1);
        int written = 0;
        int file = 0;
        for (int suite = 0; suite < suites; suite++) {
            Path area = root.resolve("area-%03d".formatted(suite / SUITES_PER_AREA));
            if (suite % SUITES_PER_AREA == 0) {
                Files.createDirectories(area);
                Files.writeString(area.resolve("main.fmf"), areaText());
            }
            Path directory = Files.createDirectories(area.resolve("suite-%04d".formatted(suite)));
            Files.writeString(directory.resolve("main.fmf"), suiteText());
            for (int i = 0; i < FILES_PER_SUITE - 1; i++) {
                file++;
                int until = (int) ((long) tests * file / testFiles);
                Files.writeString(directory.resolve("set-%d.fmf".formatted(i)), fileText(written, until));
                written = until;
            }
        }
    }

    private String areaText() {
        return """
                component+: [%s]
                require+: [%s, %s]
                environment+:
                  AREA: %s
                """.formatted(word(), word(), word(), word());
    }

    private String suiteText() {
        return """
                tag+: [%s, Tier%d]
                description: |
                  A suite that is about %s and %s.
                  It has more than one line of text.
                duration: %dm
                environment+:
                  SUITE: "%d"
                """.formatted(word(), random.nextInt(4), word(), word(), 5 + random.nextInt(60), random.nextInt(1000));
    }

    private String fileText(int from, int until) {
        StringBuilder text = new StringBuilder();
        text.append("test: ./runtest.sh\n");
        text.append("environment+:\n  SET: ").append(word()).append('\n');
        for (int test = from; test < until; test++) {
            text.append("/test-").append(test).append(":\n");
            text.append("  summary: Check that ")
                    .append(word())
                    .append(" works with ")
                    .append(word())
                    .append('\n');
            text.append("  tag+: [").append(word()).append("]\n");
            text.append("  require+:\n    - ")
                    .append(word())
                    .append("\n    - ")
                    .append(word())
                    .append("-devel\n");
            if (random.nextInt(3) == 0) {
                text.append("  environment+:\n    CASE: \"").append(test).append("\"\n");
            }
            if (random.nextInt(4) == 0) {
                text.append("  tier: '").append(random.nextInt(4)).append("'\n");
            }
        }
        return text.toString();
    }
}
