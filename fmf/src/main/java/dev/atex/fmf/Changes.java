package dev.atex.fmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds what changed in a repository since a branch of it or of another repository. Works in a private temporary
 * clone, so no configuration of the repository takes effect and nothing that it names is run.
 */
public final class Changes {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern SYMBOLIC = Pattern.compile("ref: refs/(?:heads|remotes/[^/]+)/(\\S+)\\s");
    private static final String HEAD = "refs/atex/head";

    private Changes() {}

    /** More than any repository of tests has. */
    private static final int MAX_DIRECTORIES = 100_000;

    private static final int MAX_LETTERS = 16 << 20;

    /**
     * Returns the directories of the files that {@code git log REF..HEAD} lists, relative to the root of the
     * repository, which is the empty string. Bytes in names that are not UTF-8 become replacement characters.
     *
     * @param url the repository
     * @param head the branch, tag or commit to look at; empty for the checked-out one, or the default branch
     * @param reference a repository to compare with, whose branches are {@code reference/BRANCH}; empty for the same
     *     repository
     * @param base the branch, tag or commit to compare with; empty for the default branch
     * @throws FetchException if git is missing or fails (the cause has git's message), the branch does not exist, or
     *     too much has changed
     */
    public static Set<String> of(String url, Optional<String> head, Optional<String> reference, Optional<String> base)
            throws FmfException, InterruptedException {
        for (String name : Stream.of(head, base).flatMap(Optional::stream).toList()) {
            checkName(name);
        }
        try {
            Path directory = Files.createTempDirectory("atex-changes-");
            try {
                return of(directory, url, head, reference, base);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new FetchException(String.valueOf(e.getMessage()), e.getCause() == null ? e : e.getCause());
        }
    }

    private static Set<String> of(
            Path directory, String url, Optional<String> head, Optional<String> reference, Optional<String> base)
            throws FmfException, IOException, InterruptedException {
        Git local = new Git(directory, TIMEOUT, null);
        local.run("init", "--quiet", "--template=");
        GitAddress address = GitAddress.of(url);
        fetch(
                directory,
                address,
                "+HEAD:" + HEAD,
                "+refs/heads/*:refs/heads/*",
                "+refs/remotes/*:refs/remotes/*",
                "+refs/tags/*:refs/tags/*");
        if (reference.isPresent()) {
            fetch(directory, GitAddress.of(reference.get()), "+refs/heads/*:refs/remotes/reference/*");
        }
        String from = base(directory, address, reference, base);
        String to = head.isPresent()
                ? resolved(local, List.of("refs/heads/" + head.get(), "refs/remotes/origin/" + head.get(), head.get()))
                        .orElseThrow(() -> new FetchException("the repository has no '" + head.get() + "'", null))
                : HEAD;
        Set<String> directories = new LinkedHashSet<>();
        long[] letters = {0};
        local.records(
                name -> {
                    // git writes a line feed between commits
                    String file = name.startsWith("\n") ? name.substring(1) : name;
                    int slash = file.lastIndexOf('/');
                    String at = slash < 0 ? "" : file.substring(0, slash);
                    if (!file.isEmpty() && directories.add(at)) {
                        letters[0] += at.length();
                    }
                    if (directories.size() > MAX_DIRECTORIES || letters[0] > MAX_LETTERS) {
                        throw new IOException("files in more than " + (directories.size() - 1)
                                + " directories have changed; compare with a closer commit ('modified-ref')");
                    }
                },
                "log",
                "--format=",
                "--name-only",
                "--no-ext-diff",
                "-z",
                from + ".." + to,
                "--");
        return directories;
    }

    private static void fetch(Path directory, GitAddress address, String... what)
            throws FetchException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "fetch",
                "--quiet",
                "--no-tags",
                "--update-shallow",
                "--no-recurse-submodules",
                "--update-head-ok",
                "--",
                address.text()));
        arguments.addAll(List.of(what));
        try {
            new Git(directory, TIMEOUT, address).run(arguments.toArray(String[]::new));
        } catch (Git.GitException e) { // users do not need to see the command
            Throwable said = e.getCause();
            boolean silent = said == null || String.valueOf(said.getMessage()).isBlank();
            throw new FetchException("cannot fetch " + RepositoryCache.shown(address.text()), silent ? e : said);
        }
    }

    private static String base(Path directory, GitAddress address, Optional<String> reference, Optional<String> wanted)
            throws FmfException, IOException, InterruptedException {
        Git local = new Git(directory, TIMEOUT, null);
        List<String> candidates = new ArrayList<>();
        if (wanted.isPresent()) {
            String name = wanted.get();
            if (reference.isPresent()) {
                candidates.add("refs/remotes/reference/" + name);
            } else if (name.matches("HEAD([~^].*)?")) {
                candidates.add(HEAD + name.substring("HEAD".length())); // HEAD of the tree, not of the private clone
            }
            candidates.addAll(
                    List.of("refs/heads/" + name, "refs/remotes/" + name, "refs/remotes/origin/" + name, name));
        } else if (reference.isPresent()) {
            defaultBranch(directory, GitAddress.of(reference.get()), "HEAD")
                    .ifPresent(name -> candidates.add("refs/remotes/reference/" + name));
        } else {
            // what a clone would use as the default branch of its origin, else the usual names
            String origin = "refs/remotes/origin/HEAD";
            defaultBranch(directory, address, origin).ifPresent(name -> candidates.add("refs/heads/" + name));
            candidates.addAll(List.of(origin, "refs/heads/main", "refs/heads/master"));
        }
        return resolved(local, candidates)
                .orElseThrow(() -> new FetchException(
                        wanted.map(name -> "there is no branch, tag or commit '" + name + "' to compare with")
                                .orElse("its default branch is unknown; set 'modified-ref'"),
                        null));
    }

    /** Returns the branch that a symbolic name of the repository points to. */
    private static Optional<String> defaultBranch(Path directory, GitAddress address, String name)
            throws IOException, InterruptedException {
        String listed = new Git(directory, TIMEOUT, address).run("ls-remote", "--symref", "--", address.text(), name);
        Matcher matcher = SYMBOLIC.matcher(listed);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<String> resolved(Git git, List<String> names) throws InterruptedException {
        for (String name : names) {
            Optional<String> commit = commit(git, name);
            if (commit.isPresent()) {
                return commit;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> commit(Git git, String name) throws InterruptedException {
        try {
            return Optional.of(git.run("rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}")
                    .strip());
        } catch (Git.GitException e) {
            return Optional.empty();
        }
    }

    private static void checkName(String name) throws FetchException {
        if (name.isEmpty()
                || name.startsWith("-")
                || name.contains("..")
                || name.chars().anyMatch(c -> c <= ' ')) {
            throw new FetchException("'" + name + "' is not the name of a branch, tag or commit", null);
        }
    }

    private static void delete(Path top) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(top)) {
            walk.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
