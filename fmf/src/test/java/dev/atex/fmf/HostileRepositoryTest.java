package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hostile repositories, and addresses with secrets. Git runs in another process with its own settings. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HostileRepositoryTest {
    private static final String SECRET = "s3cret-of-mine";

    @TempDir
    private Path temp;

    private Path cache;
    private Path work;
    private Path home;

    @BeforeEach
    void makeRepository() throws Exception {
        temp = temp.toRealPath();
        cache = temp.resolve("cache");
        home = Files.createDirectories(temp.resolve("home"));
        work = Files.createDirectories(temp.resolve("work"));
        git("init", "--quiet", "--initial-branch=trunk");
        write(work.resolve(".fmf/version"), "1\n");
        write(work.resolve("main.fmf"), "v: first\n");
        commit();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void commit() throws Exception {
        git("add", "--all");
        git("commit", "--quiet", "--message", "x");
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("git.out").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(temp.resolve("git.out")))
                .isZero();
    }

    /** Another process: prints the value of {@code v} in a tree, or the error. Arguments: cache, url, ref. */
    static final class Fetch {
        public static void main(String[] args) throws InterruptedException {
            try {
                Tree tree = RepositoryCache.at(Path.of(args[0]))
                        .tree(System.getenv("FMF_TEST_URL"), args.length > 1 ? args[1] : null, ".");
                System.out.println(tree.top().get("v"));
            } catch (FmfException e) {
                for (Throwable at = e; at != null; at = at.getCause()) {
                    System.out.println(at);
                }
            }
        }
    }

    /** Fetches; the address is in the environment, since everybody could see it on the command line. */
    private String fetch(String url, Map<String, String> environment, String... ref) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Fetch.class.getName(),
                cache.toString()));
        command.addAll(List.of(ref));
        Path out = temp.resolve("fetch.out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("FMF_TEST_URL", url);
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("XDG_CONFIG_HOME");
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor()).isZero();
        return Files.readString(out).strip();
    }

    // ---- secrets

    /** A server of repositories that requires the secret. */
    private final class Server implements AutoCloseable {
        private final HttpsServer server;
        private final Path certificate = temp.resolve("server.pem");
        private final List<String> logins = Collections.synchronizedList(new ArrayList<>());
        private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

        Server(Path files) throws Exception {
            Path store = temp.resolve("server.p12");
            keytool(
                    "-genkeypair -alias x -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1 -validity 30".split(" "),
                    store);
            keytool(("-exportcert -rfc -alias x -file " + certificate).split(" "), store);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, "password".toCharArray());
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(keys, "password".toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            server.setExecutor(task -> Thread.ofPlatform().daemon().start(task));
            server.createContext("/", exchange -> answer(exchange, files));
            server.start();
        }

        private static void keytool(String[] arguments, Path store) throws Exception {
            List<String> command = new ArrayList<>();
            command.add(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(List.of(arguments));
            command.addAll(List.of("-keystore", store.toString(), "-storepass", "password"));
            assertThat(new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor())
                    .isZero();
        }

        private void answer(HttpExchange exchange, Path files) throws IOException {
            try (exchange) {
                String login = exchange.getRequestHeaders().getFirst("Authorization");
                if (login == null) {
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                    exchange.sendResponseHeaders(401, -1);
                    return;
                }
                logins.add(new String(Base64.getDecoder().decode(login.replace("Basic ", "")), StandardCharsets.UTF_8));
                seen.addAll(commandLinesWith(SECRET));
                Path file = files.resolve(exchange.getRequestURI().getPath().replaceFirst("^/repository.git/", ""));
                if (!Files.isRegularFile(file)) {
                    exchange.sendResponseHeaders(404, -1);
                    return;
                }
                byte[] content = Files.readAllBytes(file);
                exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                exchange.getResponseBody().write(content);
            }
        }

        String url(String login) {
            return "https://" + login + "@127.0.0.1:" + server.getAddress().getPort() + "/repository.git";
        }

        Map<String, String> environment() {
            return Map.of("GIT_SSL_CAINFO", certificate.toString());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Returns the command lines that everybody on this host can see while git runs. */
    private static List<String> commandLinesWith(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                String line = commandLine(process);
                if (line != null && line.contains(text)) {
                    found.add(line);
                }
            }
        }
        return found;
    }

    private static @Nullable String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null; // not a process, or it has exited
        }
    }

    private static List<String> filesWith(Path directory, String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                boolean content = Files.isRegularFile(file)
                        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
                if (content || file.getFileName().toString().contains(text)) {
                    found.add(file.toString());
                }
            }
        }
        return found;
    }

    @Test
    void secretsAreNotInNamesFilesOrCommandLines() throws Exception {
        git("update-server-info");
        try (Server server = new Server(work.resolve(".git"))) {
            assertThat(fetch(server.url("me:" + SECRET), server.environment())).isEqualTo("first");
            assertThat(new TreeSet<>(server.logins)).containsExactly("me:" + SECRET);
            assertThat(server.seen).isEmpty();
            assertThat(filesWith(cache, SECRET)).isEmpty();
            assertThat(cache).isNotEmptyDirectory();
        }
    }

    @Test
    void tokenInsteadOfUserIsSecret() throws Exception {
        git("update-server-info");
        try (Server server = new Server(work.resolve(".git"))) {
            assertThat(fetch(server.url(SECRET), server.environment())).isEqualTo("first");
            assertThat(new TreeSet<>(server.logins)).containsExactly(SECRET + ":");
            assertThat(server.seen).isEmpty();
            assertThat(filesWith(cache, SECRET)).isEmpty();
        }
    }

    @Test
    void gitMessagesHideSecretsAndGitNeverPrompts() throws Exception {
        try (Server server = new Server(temp.resolve("nothing"))) {
            String url = server.url("me:" + SECRET);
            String gone = fetch(url, server.environment());
            assertThat(gone).contains("FetchException", "127.0.0.1").doesNotContain(SECRET);
            // without the certificate nothing is asked for or sent
            String untrusted = fetch(url, Map.of());
            assertThat(untrusted).contains("FetchException").doesNotContain(SECRET);
            String anonymous = fetch(url.replaceFirst("//.*@", "//"), server.environment());
            assertThat(anonymous).contains("FetchException");
            assertThat(filesWith(cache, SECRET)).isEmpty();
        }
        assertThatThrownBy(() -> RepositoryCache.at(cache)
                        .node(Map.of("url", "https://me:" + SECRET + "@127.0.0.1:1/x", "path", 5)))
                .satisfies(Errors.are(LoadException.Kind.REFERENCE))
                .hasMessageNotContaining(SECRET);
    }

    // ---- content of repositories

    private Path trap(String name) throws IOException {
        Path script = temp.resolve(name + ".sh");
        Path sprung = temp.resolve(name + ".sprung");
        Files.writeString(script, "#!/bin/sh\ntouch " + sprung + "\ncat 2>/dev/null\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private List<String> sprung() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sprung"))
                    .toList();
        }
    }

    @Test
    void hooksFiltersAndMonitorsDoNotRun() throws Exception {
        Path hooks = Files.createDirectories(temp.resolve("hooks"));
        Files.copy(trap("hook"), hooks.resolve("post-checkout"));
        assertThat(hooks.resolve("post-checkout").toFile().setExecutable(true)).isTrue();
        Path template = temp.resolve("template");
        Files.createDirectories(template.resolve("hooks"));
        Files.copy(trap("template"), template.resolve("hooks/post-checkout"));
        assertThat(template.resolve("hooks/post-checkout").toFile().setExecutable(true))
                .isTrue();
        write(home.resolve(".gitconfig"), """
                [core]
                    hooksPath = %s
                    fsmonitor = %s
                [init]
                    templateDir = %s
                [filter "lfs"]
                    smudge = %s
                    required = true
                [filter "mine"]
                    process = %s
                [submodule]
                    recurse = true
                """.formatted(
                        hooks, trap("monitor"), template, trap("smudge"), trap("process")));
        write(work.resolve(".gitattributes"), "a filter=lfs\nb filter=mine\n");
        write(work.resolve("a"), "a\n");
        write(work.resolve("b"), "b\n");
        write(
                work.resolve(".gitmodules"),
                "[submodule \"x\"]\npath = x\nurl = ext::" + trap("submodule") + "\nupdate = !" + trap("update")
                        + "\n");
        commit();
        git("update-index", "--add", "--cacheinfo", "160000,1234567812345678123456781234567812345678,x");
        git("commit", "--quiet", "--message", "submodule");
        for (String url : List.of(work.toString(), "file://" + work)) {
            assertThat(fetch(url, Map.of())).isEqualTo("first");
            assertThat(fetch(url, Map.of(), "trunk")).isEqualTo("first");
        }
        assertThat(sprung()).isEmpty();
    }

    @Test
    void gitHelpersAreNotUsed() throws Exception {
        Path trap = trap("helper");
        for (String url : List.of("ext::" + trap, "fd::0", "--upload-pack=" + trap, "ssh://-oProxyCommand=" + trap)) {
            // even if the user has allowed everything
            assertThat(fetch(url, Map.of("GIT_ALLOW_PROTOCOL", "ext:fd:file:https:ssh:git")))
                    .contains("FetchException");
            assertThat(fetch(work.toString(), Map.of(), "--upload-pack=" + trap))
                    .contains("FetchException");
        }
        write(home.resolve(".gitconfig"), "[url \"ext::" + trap + " \"]\n    insteadOf = git://example.org/\n");
        assertThat(fetch("git://example.org/x", Map.of())).contains("FetchException", "'ext' not allowed");
        assertThat(sprung()).isEmpty();
    }

    @Test
    void defaultBranchIsNotAnOption() throws Exception {
        git("update-ref", "refs/heads/--pathspec-from-file=x", "HEAD");
        git("symbolic-ref", "HEAD", "refs/heads/--pathspec-from-file=x");
        assertThat(fetch("file://" + work, Map.of())).contains("FetchException", "begins with a dash");
    }

    @Test
    void treeThatLooksLikeRepositoryIsNotUsedAsOne() throws Exception {
        Path looks = temp.resolve("looks");
        write(looks.resolve(".fmf/version"), "1\n");
        write(looks.resolve("HEAD"), "ref: refs/heads/x\n");
        write(looks.resolve("config"), "[core]\nrepositoryformatversion = 0\nbare = true\n");
        write(looks.resolve("refs/heads/x"), "1234567812345678123456781234567812345678\n");
        Files.createDirectories(looks.resolve("objects"));
        assertThat(Tree.load(looks).commit()).isEmpty();
    }

    // ---- paths and names

    @Test
    void pathsDoNotLeaveTheClone() throws Exception {
        write(temp.resolve("precious/.fmf/version"), "1\n");
        write(temp.resolve("precious/main.fmf"), "v: precious\n");
        Files.createSymbolicLink(work.resolve("out"), temp.resolve("precious"));
        Files.createSymbolicLink(work.resolve("kube.fmf"), temp.resolve("precious/main.fmf"));
        commit();
        RepositoryCache clones = RepositoryCache.at(cache);
        for (String path : List.of("../../precious", "out", "out/../out", "..", ".git", "x\0y")) {
            assertThatThrownBy(() -> clones.tree(work.toString(), null, path))
                    .satisfies(Errors.are(LoadException.Kind.REFERENCE));
        }
        Tree tree = clones.tree(work.toString(), null, ".");
        assertThat(tree.find("/kube")).isEmpty();
        assertThat(tree.skippedLinks()).hasSize(2);
    }

    @Test
    void rootIsNotSearchedAboveClone() throws Exception {
        write(temp.resolve(".fmf/version"), "1\n");
        git("rm", "-r", "-q", ".fmf");
        git("commit", "--quiet", "--message", "no root");
        assertThatThrownBy(() -> RepositoryCache.at(cache).tree(work.toString(), null, "."))
                .isInstanceOf(RootException.class);
    }

    @Test
    void similarAddressesHaveSeparateClones() throws Exception {
        RepositoryCache clones = RepositoryCache.at(cache);
        Path one = temp.resolve("a/b");
        Path other = temp.resolve("a_b");
        for (Path each : List.of(one, other)) {
            write(work.resolve("main.fmf"), "v: '" + each + "'\n");
            commit();
            git("clone", "--quiet", work.toString(), each.toString());
        }
        assertThat(clones.tree(one.toString(), null, ".").top().get("v")).isEqualTo(one.toString());
        assertThat(clones.tree(other.toString(), null, ".").top().get("v")).isEqualTo(other.toString());
        // whatever the name of a clone, its remote counts
        Path clone = clones.cloneOf(GitAddress.of(other.toString()));
        Path moved = clones.cloneOf(GitAddress.of(one.toString()));
        try (Stream<Path> files = Files.walk(moved)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.move(clone, moved);
        assertThat(clones.tree(one.toString(), null, ".").top().get("v")).isEqualTo(one.toString());
    }
}
