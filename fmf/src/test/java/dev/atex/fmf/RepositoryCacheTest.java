package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trees in git repositories: bare ones in a temporary directory. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RepositoryCacheTest {
    @TempDir
    private static Path shared;

    private static Path origin;
    private static String firstCommit;

    @TempDir
    private Path temp;

    private Instant now = Instant.now();
    private RepositoryCache cache;

    @BeforeEach
    void makeRepository() throws Exception {
        if (origin == null) {
            origin = shared.resolve("origin.git");
            Path work = shared.resolve("work");
            git(shared, "init", "--quiet", "--bare", "--initial-branch=trunk", origin.toString());
            git(shared, "clone", "--quiet", origin.toString(), work.toString());
            commit(work, "v: first\n");
            firstCommit = git(work, "rev-parse", "HEAD").strip();
            git(work, "tag", "v1");
            git(work, "push", "--quiet", "origin", "HEAD:trunk", "v1");
            git(work, "checkout", "--quiet", "-b", "dev");
            commit(work, "v: dev\n");
            git(work, "push", "--quiet", "origin", "dev");
            git(work, "checkout", "--quiet", "trunk");
            commit(work, "v: second\n/a/b:\n  w: 1\n");
            git(work, "push", "--quiet", "origin", "trunk");
        }
        cache = new RepositoryCache(temp.resolve("cache"), () -> now);
    }

    private static void commit(Path work, String main) throws Exception {
        Files.createDirectories(work.resolve("sub/.fmf"));
        Files.writeString(work.resolve("sub/.fmf/version"), "1\n");
        Files.writeString(work.resolve("sub/main.fmf"), main);
        Files.createDirectories(work.resolve(".fmf"));
        Files.writeString(work.resolve(".fmf/version"), "1\n");
        Files.writeString(work.resolve("main.fmf"), main);
        Files.createDirectories(work.resolve("deep/er"));
        Files.writeString(work.resolve("deep/er/x.fmf"), "deep: true\n");
        git(work, "add", "--all");
        git(work, "commit", "--quiet", "--message", main);
    }

    private static String git(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("fmf-test", ".out");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        Files.delete(out);
        assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
        return said;
    }

    private static Map<String, Object> reference(String... pairs) {
        Map<String, Object> reference = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            reference.put(pairs[i], pairs[i + 1]);
        }
        return reference;
    }

    @ParameterizedTest
    @CsvSource({"trunk, second", "dev, dev", "v1, first", "COMMIT, first", ", second"})
    void branchesTagsAndCommitsAreFound(String ref, String value) throws Exception {
        for (String url : List.of(origin.toString(), "file://" + origin)) {
            Map<String, Object> reference = reference("url", url, "other", "ignored");
            if (ref != null) {
                reference.put("ref", ref.equals("COMMIT") ? firstCommit : ref);
            }
            Node node = cache.node(reference);
            assertThat(node.name()).isEqualTo("/");
            assertThat(node.get("v")).isEqualTo(value);
            assertThat(node.tree().root()).contains(cache.cloneOf(GitAddress.of(url)));
        }
    }

    @Test
    void oneCloneServesAllRefs() throws Exception {
        String url = "file://" + origin;
        assertThat(cache.node(reference("url", url)).get("v")).isEqualTo("second");
        Path clone = cache.cloneOf(GitAddress.of(url));
        assertThat(clone.resolve(".git/shallow")).exists();
        assertThat(cache.node(reference("url", url, "ref", "v1")).get("v")).isEqualTo("first");
        assertThat(clone.resolve(".git/shallow")).doesNotExist();
        assertThat(cache.node(reference("url", url, "ref", "dev")).get("v")).isEqualTo("dev");
        assertThat(cache.node(reference("url", url, "ref", firstCommit)).get("v"))
                .isEqualTo("first");
        assertThat(cache.node(reference("url", url)).get("v")).isEqualTo("second");
        assertThat(cache.node(reference("url", url)).tree().commit()).isPresent();
    }

    @Test
    void pathAndNameSelect() throws Exception {
        String url = origin.toString();
        assertThat(cache.node(reference("url", url, "name", "/a/b")).get("w")).isEqualTo(1L);
        assertThat(cache.node(reference("url", url, "path", "/sub", "name", "/a"))
                        .tree()
                        .root()
                        .orElseThrow()
                        .endsWith("sub"))
                .isTrue();
        // the root is searched for upwards
        assertThat(cache.node(reference("url", url, "path", "deep/er", "name", "/deep/er/x"))
                        .get("deep"))
                .isEqualTo(true);
        assertThatThrownBy(() -> cache.node(reference("url", url, "name", "/none")))
                .satisfies(Errors.are(LoadException.Kind.REFERENCE))
                .hasMessage("No tree node found for '{'url': '" + url + "', 'name': '/none'}' reference");
        assertThatThrownBy(() -> cache.node(reference("url", url, "path", "none")))
                .satisfies(Errors.are(LoadException.Kind.FILE))
                .hasMessageStartingWith("Invalid directory path: ");
    }

    @Test
    void pathWithoutUrlIsLocal() throws Exception {
        Path work = shared.resolve("work");
        assertThat(cache.node(reference("path", work.toString(), "name", "/a/b"))
                        .name())
                .isEqualTo("/a/b");
        assertThatThrownBy(() -> cache.node(reference("path", "work")))
                .satisfies(Errors.are(LoadException.Kind.REFERENCE))
                .hasMessage("Relative path \"work\" specified.");
        assertThatThrownBy(() -> cache.node(Map.of("path", 1))).satisfies(Errors.are(LoadException.Kind.REFERENCE));
        assertThat(cache.directory()).doesNotExist();
    }

    @Test
    void cloneIsFreshForTwentyMinutes() throws Exception {
        Path own = temp.resolve("own.git");
        git(temp, "clone", "--quiet", "--bare", origin.toString(), own.toString());
        Path work = temp.resolve("work");
        git(temp, "clone", "--quiet", own.toString(), work.toString());
        Map<String, Object> reference = reference("url", own.toString());
        assertThat(cache.node(reference).get("v")).isEqualTo("second");
        commit(work, "v: third\n");
        git(work, "push", "--quiet", "origin", "trunk");
        now = now.plus(Duration.ofMinutes(19));
        assertThat(cache.node(reference).get("v")).isEqualTo("second");
        now = now.plus(Duration.ofMinutes(3));
        assertThat(cache.node(reference).get("v")).isEqualTo("third");
        // a rewritten branch is followed, too
        now = Instant.now();
        git(work, "reset", "--quiet", "--hard", "HEAD~1");
        git(work, "push", "--quiet", "--force", "origin", "trunk");
        cache.invalidate();
        assertThat(cache.node(reference).get("v")).isEqualTo("second");
        cache.clean();
        assertThat(cache.directory()).doesNotExist();
        cache.invalidate();
        assertThat(cache.node(reference).get("v")).isEqualTo("second");
    }

    @Test
    void missingRefIsFetchedAgain() throws Exception {
        Path own = temp.resolve("own.git");
        git(temp, "clone", "--quiet", "--bare", origin.toString(), own.toString());
        Path work = temp.resolve("work");
        git(temp, "clone", "--quiet", own.toString(), work.toString());
        assertThat(cache.node(reference("url", own.toString(), "ref", "trunk")).get("v"))
                .isEqualTo("second");
        commit(work, "v: third\n");
        git(work, "tag", "new");
        git(work, "push", "--quiet", "origin", "HEAD:topic", "trunk", "new");
        assertThat(cache.node(reference("url", own.toString(), "ref", "topic")).get("v"))
                .isEqualTo("third");
        assertThat(cache.node(reference("url", own.toString(), "ref", "new")).get("v"))
                .isEqualTo("third");
        commit(work, "v: fourth\n");
        git(work, "push", "--quiet", "origin", "trunk");
        RepositoryCache.CloneUse<String> read = clone -> Files.readString(clone.resolve("main.fmf"));
        String known = cache.use(own.toString(), "trunk", read);
        assertThat(known).isEqualTo("v: third\n");
        String current = cache.useAnew(own.toString(), "trunk", read);
        assertThat(current).isEqualTo("v: fourth\n");
    }

    @Test
    void gitErrorsAreReported() throws Exception {
        String url = origin.toString();
        assertThatThrownBy(() -> cache.node(reference("url", url, "ref", "nope")))
                .isInstanceOf(FetchException.class)
                .hasMessage("Command 'git checkout -f nope' returned non-zero exit status 1.")
                .hasRootCauseMessage("error: pathspec 'nope' did not match any file(s) known to git");
        String none = temp.resolve("none").toString();
        assertThatThrownBy(() -> cache.node(reference("url", none)))
                .isInstanceOf(FetchException.class)
                .hasMessage("Command 'git clone " + none + " " + cache.cloneOf(GitAddress.of(none))
                        + "' returned non-zero exit status 128.")
                .rootCause()
                .hasMessageContaining("does not exist");
        for (String option : List.of("--upload-pack=touch /tmp/x", "-x")) {
            assertThatThrownBy(() -> cache.node(reference("url", option))).isInstanceOf(FetchException.class);
            assertThatThrownBy(() -> cache.node(reference("url", url, "ref", option)))
                    .isInstanceOf(FetchException.class);
        }
    }

    @Test
    void uncreatableCacheFails() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        RepositoryCache none = RepositoryCache.at(file.resolve("cache"));
        assertThatThrownBy(() -> none.node(reference("url", origin.toString())))
                .isInstanceOf(FmfException.class)
                .hasMessage("Failed to create cache directory '" + file.resolve("cache") + "'.");
    }

    @Test
    void interruptedFetchLeavesNoGitRunning() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket git = server.accept()) {
                    asked.countDown();
                    end.await();
                    git.getOutputStream().flush();
                } catch (IOException | InterruptedException e) {
                    asked.countDown();
                }
            });
            String url = "git://127.0.0.1:" + server.getLocalPort() + "/repository.git";
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    cache.node(reference("url", url));
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
            thread.interrupt();
            thread.join();
            assertThat(failures).singleElement().isInstanceOf(InterruptedException.class);
            for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
                child.onExit().get(1, TimeUnit.MINUTES);
            }
            // and the lock is free again
            assertThat(cache.node(reference("url", origin.toString())).get("v")).isEqualTo("second");
        } finally {
            end.countDown();
        }
    }

    @Test
    void environmentSetsCacheDirectory() {
        Path home = Path.of("/home/someone");
        assertThat(RepositoryCache.standard(Map.of(), home).directory()).isEqualTo(Path.of("/home/someone/.cache/fmf"));
        assertThat(RepositoryCache.standard(Map.of("XDG_CACHE_HOME", "/x"), home)
                        .directory())
                .isEqualTo(Path.of("/x/fmf"));
        assertThat(RepositoryCache.standard(Map.of("XDG_CACHE_HOME", "/x", "FMF_CACHE_DIRECTORY", "/y"), home)
                        .directory())
                .isEqualTo(Path.of("/y"));
    }

    /** Another process: prints the value of {@code v} in a tree. Arguments: cache, url, ref. */
    static final class Fetch {
        public static void main(String[] args) throws Exception {
            for (int i = 0; i < 3; i++) {
                Node node = RepositoryCache.at(Path.of(args[0])).node(reference("url", args[1], "ref", args[2]));
                System.out.println(node.get("v"));
            }
        }
    }

    /** Another process: holds a lock until its input ends. */
    static final class Hold {
        public static void main(String[] args) throws Exception {
            try (InterprocessLock lock = InterprocessLock.acquire(Path.of(args[0]), Duration.ofSeconds(20))) {
                System.out.println(lock == null ? "no" : "held");
                while (System.in.read() >= 0) {}
            }
        }
    }

    private static ProcessBuilder java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", // otherwise it may print warnings to standard output
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    @Test
    void processesAndThreadsExcludeEachOther() throws Exception {
        String url = "file://" + origin;
        Map<String, String> values = Map.of("trunk", "second", "dev", "dev", "v1", "first");
        Map<Process, Path> processes = new LinkedHashMap<>();
        List<String> expected = new ArrayList<>();
        for (Map.Entry<String, String> each : values.entrySet()) {
            Path out = temp.resolve(each.getKey() + ".out");
            processes.put(
                    java(Fetch.class, cache.directory().toString(), url, each.getKey())
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start(),
                    out);
            expected.add((each.getValue() + "\n").repeat(3));
        }
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Map.Entry<String, String> each : values.entrySet()) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    assertThat(cache.node(reference("url", url, "ref", each.getKey()))
                                    .get("v"))
                            .isEqualTo(each.getValue());
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        List<String> printed = new ArrayList<>();
        for (Map.Entry<Process, Path> each : processes.entrySet()) {
            assertThat(each.getKey().waitFor(100, TimeUnit.SECONDS)).isTrue();
            printed.add(Files.readString(each.getValue()));
        }
        assertThat(printed).isEqualTo(expected);
        try (Stream<Path> left = Files.list(cache.directory())) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("unfinished"));
        }
    }

    @Test
    void lockExcludesProcessesAndEndsWithThem() throws Exception {
        Path file = temp.resolve("x.read.lock");
        Process holder = java(Hold.class, file.toString()).start();
        assertThat(new String(holder.getInputStream().readNBytes(5), "US-ASCII"))
                .isEqualTo("held\n");
        assertThat(Files.readString(file)).isEqualTo(Long.toString(holder.pid()));
        assertThat(InterprocessLock.acquire(file, Duration.ofMillis(50))).isNull();

        CountDownLatch waiting = new CountDownLatch(1);
        List<String> ends = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread waiter = Thread.ofPlatform().start(() -> {
            waiting.countDown();
            try (InterprocessLock lock = InterprocessLock.acquire(file, Duration.ofMinutes(2))) {
                ends.add(lock == null ? "timeout" : "locked");
            } catch (InterruptedException e) {
                ends.add("interrupted");
            } catch (IOException e) {
                ends.add(e.toString());
            }
        });
        waiting.await();
        waiter.interrupt();
        waiter.join();
        assertThat(ends).containsExactly("interrupted");

        holder.destroyForcibly().waitFor();
        try (InterprocessLock lock = InterprocessLock.acquire(file, Duration.ofMinutes(1))) {
            assertThat(lock).isNotNull();
            assertThat(Files.readString(file))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void waitingForLockTimesOut() throws Exception {
        RepositoryCache own = new RepositoryCache(temp.resolve("cache"), InstantSource.system());
        Files.createDirectories(own.directory());
        Path lockFile = own.directory().resolve(origin.toString().replace('/', '_') + ".read.lock");
        try (InterprocessLock lock = InterprocessLock.acquire(lockFile, Duration.ofMinutes(1))) {
            assertThat(lock).isNotNull();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    own.node(reference("url", origin.toString()));
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            other.interrupt();
            other.join();
            assertThat(failures).singleElement().isInstanceOf(InterruptedException.class);
        }
    }
}
