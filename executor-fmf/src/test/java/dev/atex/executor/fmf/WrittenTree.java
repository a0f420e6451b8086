package dev.atex.executor.fmf;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.fmf.Context;
import dev.atex.fmf.RepositoryCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree of metadata that a test writes, with repositories beside it if need be. */
final class WrittenTree {
    private final Path directory;
    private final Path root;

    WrittenTree(Path directory) throws IOException {
        this.directory = directory;
        this.root = directory.resolve("tree");
        file(".fmf/version", "1\n");
    }

    Path root() {
        return root;
    }

    WrittenTree file(String name, String text) throws IOException {
        write(root, name, text);
        return this;
    }

    /** Another tree, in a repository with one commit. */
    Path repository(String name, Map<String, String> files) throws IOException, InterruptedException {
        Path made = directory.resolve(name);
        write(made, ".fmf/version", "1\n");
        git(made, "-c", "init.defaultBranch=main", "init", "-q");
        commit(made, files);
        return made;
    }

    static void commit(Path repository, Map<String, String> files) throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(repository, file.getKey(), file.getValue());
        }
        git(repository, "add", "-A");
        git(repository, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x");
    }

    static void git(Path repository, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + printed);
        }
    }

    static void write(Path where, String file, String text) throws IOException {
        Path path = where.resolve(file);
        if (!Files.isDirectory(path.getParent(), LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path.getParent());
        }
        Files.writeString(path, text);
    }

    RepositoryCache cache() {
        return RepositoryCache.at(directory.resolve("cache"));
    }

    Discovery discovery(String... dimensions) {
        Map<String, String> context = new LinkedHashMap<>();
        for (String dimension : dimensions) {
            String[] parts = dimension.split("=", 2);
            context.put(parts[0], parts[1]);
        }
        return DiscoverySupport.libraryBase(
                Discovery.in(root).cache(cache()).context(Context.of(context)), directory + "/libs/");
    }

    static List<String> names(Discovery discovery) throws DiscoveryException, InterruptedException, IOException {
        try (FmfTests tests = discovery.discover()) {
            return tests.names();
        }
    }

    /** Findings as {@code "NOTE off plan.fmf:3"}. */
    static List<String> shown(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.severity() + " " + finding.kind() + " "
                        + finding.place().orElse("nowhere"))
                .toList();
    }
}
