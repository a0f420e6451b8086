package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.command.Version;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code run.json}: what {@code atex run} was called with, enough to go on with the run or to begin another one like it. The
 * format is described in {@code docs/run-directory.md}.
 *
 * @param id of the run
 * @param version of the program that began it
 * @param started when
 * @param workingDirectory where it was called
 * @param platform the label in results
 * @param options the options by their long names without dashes, with their values; paths are absolute
 * @param tests the names of its tests, in order
 * @param origin the run that this one repeats, if it does
 */
public record RunManifest(
        String id,
        String version,
        Instant started,
        Path workingDirectory,
        String platform,
        Map<String, List<String>> options,
        List<String> tests,
        Optional<Origin> origin) {
    static final String FILE = "run.json";
    private static final int FORMAT = 1;
    private static final int LARGEST = 256 << 20;
    private static final Instant LAST_YEAR = Instant.parse("9800-01-01T00:00:00Z");

    /**
     * The run that this run repeats.
     *
     * @param failed whether only the tests are run that did not pass in it
     */
    public record Origin(String id, Path directory, boolean failed) {}

    /** Returns the options of a command line by their long names without dashes. */
    public static Map<String, List<String>> given(ParseResult parsed) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (OptionSpec option : parsed.matchedOptionsSet()) {
            String name = option.longestName().replaceFirst("^-+", "");
            given.put(name, option.arity().max() == 0 ? List.of() : List.copyOf(option.originalStringValues()));
        }
        return given;
    }

    /** Returns an equivalent command line. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        options.forEach((name, values) -> {
            if (values.isEmpty()) {
                arguments.add("--" + name);
            }
            values.forEach(value -> arguments.add("--" + name + "=" + value));
        });
        return arguments;
    }

    /** Writes it, readable only by this user: variables may be secrets. */
    public void write(Path directory) throws IOException {
        Path draft = directory.resolve(FILE + ".new");
        ByteBuffer text = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
        try (SeekableByteChannel channel = Files.newByteChannel(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
        }
        Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private String text() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("format", FORMAT);
        members.put("id", id);
        members.put("version", version);
        members.put("started", started.toString());
        members.put("working-directory", workingDirectory.toString());
        members.put("platform", platform);
        members.put("options", options);
        origin.ifPresent(from -> {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("id", from.id());
            object.put("directory", from.directory().toString());
            object.put("failed", from.failed());
            members.put("origin", object);
        });
        members.put("tests", tests);
        List<String> lines = new ArrayList<>();
        members.forEach((name, value) -> lines.add("  " + Json.write(name) + ": " + Json.write(value)));
        return "{\n" + String.join(",\n", lines) + "\n}\n";
    }

    /** Reads the manifest of a run directory. */
    public static RunManifest read(Path directory) throws UsageException {
        Path file = directory.resolve(FILE);
        try {
            if (!(Json.parse(bytes(file)) instanceof Map<?, ?> members)) {
                throw new IllegalArgumentException("not an object");
            }
            if (!(members.get("format") instanceof JsonNumber format)) {
                throw new IllegalArgumentException("'format' is missing");
            }
            if (!format.text().equals(Integer.toString(FORMAT))) {
                throw new UsageException(file + " has format " + format + ", and this program (atex " + Version.text()
                        + ") knows " + FORMAT + ": the run was started by another version, atex "
                        + members.get("version") + "; use that one");
            }
            return of(members);
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    directory + " has no " + FILE
                            + ": it is not a run directory, or the run ended before it started (then remove the directory and run again)",
                    e);
        } catch (IOException e) {
            throw new UsageException("cannot read " + ErrorText.of(e), e);
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            throw new UsageException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Channels.newInputStream(RegularFiles.read(file))) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new FileSystemException(file.toString(), null, "is larger than " + LARGEST + " bytes");
            }
            return bytes;
        }
    }

    private static Instant started(String text) {
        Instant started = Instant.parse(text);
        if (started.isBefore(Instant.EPOCH) || started.isAfter(LAST_YEAR)) {
            throw new IllegalArgumentException("'started' is not a time of this world");
        }
        return started;
    }

    private static RunManifest of(Map<?, ?> members) {
        Map<String, List<String>> options = new LinkedHashMap<>();
        if (!(members.get("options") instanceof Map<?, ?> given)) {
            throw new IllegalArgumentException("'options' is missing");
        }
        given.forEach((name, values) -> options.put((String) name, texts((String) name, values)));
        Optional<Origin> origin = members.get("origin") instanceof Map<?, ?> from
                ? Optional.of(new Origin(
                        text(from, "id"), Path.of(text(from, "directory")), Boolean.TRUE.equals(from.get("failed"))))
                : Optional.empty();
        return new RunManifest(
                text(members, "id"),
                text(members, "version"),
                started(text(members, "started")),
                Path.of(text(members, "working-directory")),
                text(members, "platform"),
                options,
                texts("tests", members.get("tests")),
                origin);
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("'" + name + "' is missing");
    }

    private static List<String> texts(String name, @Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (!(each instanceof String text)) {
                    throw new IllegalArgumentException("'" + name + "' has something that is no string");
                }
                texts.add(text);
            }
            return texts;
        }
        throw new IllegalArgumentException("'" + name + "' is no list");
    }
}
