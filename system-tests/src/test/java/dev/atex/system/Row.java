package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A row of the table of what is obeyed, told or refused: a tree of its own, a call of the packaged command, and what must come of
 * it. What is not expected on standard error is a failure. {@code @DIR@} in any text is the row's directory.
 */
final class Row {
    private static final String[] RUN = {"run", "--root", "tree", "--output", "run", "--provision", "local"};

    private final String name;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> scripts = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private boolean planned;
    private int exitCode;

    private Row(String name) {
        this.name = name;
    }

    static Row row(String name) {
        return new Row(name);
    }

    String name() {
        return name;
    }

    /** What must hold in the end. */
    @FunctionalInterface
    interface Check {
        void of(Done done) throws Exception;
    }

    /** Calls the packaged command. */
    @FunctionalInterface
    interface Command {
        Atex.Result call(String... arguments) throws Exception;
    }

    /** What came of a row. */
    record Done(Path directory, Atex.Result result) {
        Path run() {
            return directory.resolve("run");
        }

        Tree.Line own(String test) throws IOException, JsonException {
            Tree.Line line = Tree.own(run()).get(test);
            if (line == null) {
                throw new AssertionError("no result of " + test + ":\n" + result.out());
            }
            return line;
        }

        String file(String name) throws IOException {
            return Files.readString(run().resolve("files/local").resolve(name));
        }

        /** The logs of a step, joined; nothing if it said nothing. */
        String log(String ending) throws IOException {
            StringBuilder text = new StringBuilder();
            if (!Files.exists(run().resolve("machines"))) {
                return "";
            }
            try (Stream<Path> logs = Files.list(run().resolve("machines"))) {
                for (Path log : logs.filter(file -> file.toString().endsWith(ending))
                        .sorted()
                        .toList()) {
                    text.append(Files.readString(log));
                }
            }
            return text.toString();
        }
    }

    // ---- what there is

    Row file(String file, String text) {
        files.put("tree/" + file, text);
        return this;
    }

    /** A file beside the tree. */
    Row beside(String file, String text) {
        files.put(file, text);
        return this;
    }

    /** A test {@code /name} that runs a script. */
    Row test(String test, String script) {
        return file(test + ".fmf", "duration: 1m\ntest: |\n  " + script.strip().replace("\n", "\n  ") + "\n");
    }

    /** The plan {@code /plan}, which is the one that is meant. */
    Row plan(String text) {
        planned = true;
        return file("plan.fmf", text);
    }

    /** A script for bash, in the directory of the row, after the files are there. */
    Row bash(String script) {
        scripts.add(script);
        return this;
    }

    /** Makes a directory a git repository with one commit. */
    Row git(String repository) {
        return bash("cd " + repository + "; git init -q -b main .; git add -A; git commit -q -m one");
    }

    Row with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    // ---- what is called

    Row run(String... more) {
        return call(RUN, more);
    }

    Row discover(String... more) {
        return call(new String[] {"discover", "--root", "tree"}, more);
    }

    Row dryRun(String... more) {
        return call(new String[] {"run", "--root", "tree", "--dry-run"}, more);
    }

    Row lint(String... more) {
        return call(new String[] {"lint", "--root", "tree"}, more);
    }

    /** As it is. */
    Row command(String... all) {
        arguments.addAll(List.of(all));
        return this;
    }

    private Row call(String[] first, String... more) {
        arguments.addAll(List.of(first));
        if (planned && !first[0].equals("lint")) {
            arguments.addAll(List.of("--plan", "/plan"));
        }
        arguments.addAll(List.of(more));
        return this;
    }

    // ---- what must come of it

    Row exits(int code) {
        exitCode = code;
        return this;
    }

    /** Standard output is these lines. */
    Row names(String... lines) {
        return then(done -> assertThat(done.result.out().lines()).containsExactly(lines));
    }

    Row out(String... texts) {
        return then(done -> assertThat(done.result.out()).contains(inPlace(done.directory, texts)));
    }

    /** One line of standard error for each, that begins so; there is no other line. Not with {@link #err}. */
    Row told(String... lines) {
        told.addAll(List.of(lines));
        return this;
    }

    /** Texts in standard error. */
    Row err(String... texts) {
        errors.addAll(List.of(texts));
        return this;
    }

    /** Exit code 2, and why. */
    Row mistake(String... texts) {
        return exits(2).err(texts).then(done -> assertThat(done.run()).doesNotExist());
    }

    Row result(String test, String status) {
        return then(done -> assertThat(done.own(test))
                .as("%s", done.result)
                .extracting(Tree.Line::status)
                .isEqualTo(status));
    }

    Row result(String test, String status, String note) {
        return result(test, status)
                .then(done -> assertThat(done.own(test).note()).contains(inPlace(done.directory, note)));
    }

    /** The subtests of a test, as {@code NAME STATUS}. */
    Row subtests(String test, String... expected) {
        return then(done -> assertThat(Tree.results(done.run()).stream()
                        .filter(line -> line.test().equals(test) && line.subtest() != null)
                        .map(line -> line.subtest() + " " + line.status()))
                .containsExactly(expected));
    }

    /** The output of a test is these lines. */
    Row prints(String test, String... lines) {
        return then(
                done -> assertThat(done.file(test.substring(1) + "/output.txt").lines())
                        .containsExactly(inPlace(done.directory, lines)));
    }

    /** A stored file of a test. */
    Row stores(String file, String text) {
        return then(done -> assertThat(done.file(file)).isEqualTo(text));
    }

    Row then(Check check) {
        checks.add(check);
        return this;
    }

    private static String[] inPlace(Path directory, String... texts) {
        return Stream.of(texts).map(text -> inPlace(directory, text)).toArray(String[]::new);
    }

    private static String inPlace(Path directory, String text) {
        return text.replace("@DIR@", directory.toString());
    }

    // ---- doing it

    /** A line for each beginning, and a beginning for each line, in any order. */
    static void match(List<String> lines, List<String> beginnings) {
        List<String> left = new ArrayList<>(lines);
        List<String> longestFirst = new ArrayList<>(beginnings);
        longestFirst.sort(Comparator.comparingInt(String::length).reversed());
        for (String beginning : longestFirst) {
            String found = left.stream()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "no line left that begins with '" + beginning + "' in:\n" + String.join("\n", lines)));
            left.remove(found);
        }
        assertThat(left).as("lines that are not expected").isEmpty();
    }

    /** Returns whether the row needs variables, and so a JVM of its own. */
    boolean hasVariables() {
        return !environment.isEmpty();
    }

    /** The variables of every row. */
    static Map<String, String> variables(Path directory) {
        return Map.of("FMF_CACHE_DIRECTORY", directory.resolve("cache").toString());
    }

    /** Makes the tree, calls the command in a JVM of its own and looks at what came of it. */
    void check(Path directory) throws Exception {
        Map<String, String> variables = new HashMap<>(variables(directory));
        environment.forEach((key, value) -> variables.put(key, inPlace(directory, value)));
        check(directory, Atex.in(directory).with(variables)::call);
    }

    /** As {@link #check(Path)}, with a command that is called in this directory, with {@link #variables}. */
    void check(Path directory, Command command) throws Exception {
        if (!errors.isEmpty() && !told.isEmpty()) {
            throw new IllegalStateException(
                    name + ": 'told' says all of standard error, so 'err' and 'mistake' do not go with it");
        }
        Tree.in(directory.resolve("tree"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, inPlace(directory, file.getValue()));
        }
        for (String script : scripts) {
            bash(directory, inPlace(directory, script));
        }
        Atex.Result result = command.call(inPlace(directory, arguments.toArray(String[]::new)));
        result.expect(exitCode);
        if (!errors.isEmpty()) {
            assertThat(result.err()).contains(inPlace(directory, errors.toArray(String[]::new)));
        } else {
            match(
                    result.err().lines().toList(),
                    told.stream().map(line -> inPlace(directory, line)).toList());
        }
        Done done = new Done(directory, result);
        for (Check check : checks) {
            check.of(done);
        }
    }

    /** Runs a script there; that it fails is a failure. */
    static void bash(Path directory, String script) throws IOException, InterruptedException {
        Path said = directory.resolve("bash-output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euc", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            builder.environment().put("GIT_" + who + "_NAME", "Somebody");
            builder.environment().put("GIT_" + who + "_EMAIL", "somebody@example.com");
        }
        Process process = builder.start();
        boolean ended = process.waitFor(1, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended ? process.exitValue() : -1)
                .as("%s%n%s", script, Files.readString(said))
                .isZero();
    }
}
