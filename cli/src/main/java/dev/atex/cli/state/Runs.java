package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.text.Suggestion;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Finds runs on the disk. */
public final class Runs {
    private Runs() {}

    /** The state of a run whose process runs. */
    public static final String RUNNING = "running";

    /** Commands whose argument is a run, for completion. */
    public static final List<String> TAKEN_BY = List.of("resume", "rerun", "watch", "report", "compare", "stop");

    public static void describe(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("RUN")
                .arity("1")
                .type(String.class)
                .description("A run directory, or the id of a run in ./" + RunDirectory.USUAL_PARENT + ".")
                .build());
    }

    /** Returns the run that a command line names. */
    public static RunDirectory named(ParseResult options) throws UsageException {
        return named(options, 0);
    }

    /** Returns the run that an argument at a position names. */
    public static RunDirectory named(ParseResult options, int place) throws UsageException {
        String wanted = options.matchedPositionalValue(place, "");
        if (wanted.isEmpty()) {
            throw new UsageException("RUN is missing: give the directory of a run, or its id in "
                    + RunDirectory.USUAL_PARENT + " ('atex runs' lists runs)");
        }
        Path path = Options.path("RUN", wanted);
        Path usual = Path.of(RunDirectory.USUAL_PARENT);
        if (!Files.isDirectory(path)) {
            path = usual.resolve(path);
        }
        if (!Files.isDirectory(path)) {
            List<String> known = ids(usual);
            throw new UsageException("no run '" + wanted + "': it is neither a directory nor the id of a run in "
                    + usual + (known.isEmpty() ? ", which has no runs" : Suggestion.among(wanted, known)));
        }
        return at(path);
    }

    /** Returns the run in a directory, which anybody may have made. */
    public static RunDirectory at(Path path) throws UsageException {
        new RunDirectory(path, "").requireOrdinary();
        return new RunDirectory(path, RunManifest.read(path).id());
    }

    private static List<String> ids(Path parent) throws UsageException {
        return below(parent).stream()
                .map(path -> parent.relativize(path).toString())
                .toList();
    }

    /** Returns the run directories in a directory, including runs of several plans, sorted by name. */
    public static List<Path> below(Path parent) throws UsageException {
        return below(parent, 2);
    }

    private static List<Path> below(Path parent, int levels) throws UsageException {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(parent)) {
            return found;
        }
        try (var entries = Files.newDirectoryStream(parent)) {
            for (Path entry : entries) {
                if (Files.exists(entry.resolve(RunManifest.FILE), LinkOption.NOFOLLOW_LINKS)) {
                    found.add(entry);
                } else if (levels > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.addAll(below(entry, levels - 1));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new UsageException("cannot read " + parent + ": " + FileProblems.of(e), e);
        } catch (IOException e) {
            throw UsageException.reading(e);
        }
        found.sort(null);
        return found;
    }

    /** Returns the model of a run before its first event. */
    public static RunModel empty(RunDirectory directory, RunManifest manifest) {
        return new RunModel(manifest.id(), manifest.platform(), manifest.tests()).filesIn(directory.path());
    }

    /** Reads the model of a run from its event log. */
    public static RunModel history(RunDirectory directory, RunManifest manifest) throws UsageException {
        try {
            return empty(directory, manifest).read(directory.events());
        } catch (IOException e) {
            throw new UsageException("cannot read the event log: " + ErrorText.of(e), e);
        }
    }

    /** Returns the state of a run in one word. */
    public static String state(RunDirectory directory, RunModel history) {
        if (RunLock.isHeld(directory.path())) {
            return RUNNING;
        }
        return switch (history.state()) {
            case UNFINISHED -> "crashed";
            case INTERRUPTED -> "interrupted";
            case FINISHED -> "finished";
        };
    }
}
