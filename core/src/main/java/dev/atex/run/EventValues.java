package dev.atex.run;

import static dev.atex.run.EventMember.number;
import static dev.atex.run.EventMember.optionalText;
import static dev.atex.run.EventMember.text;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.internal.json.JsonBytes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values of events that are several members of their object, or objects themselves. */
final class EventValues {
    private static final EventMember<Integer> EXIT = number("exit");
    private static final EventMember<Optional<String>> FAILED_SUBTEST = optionalText("failed-subtest");
    private static final EventMember<Integer> FAILED_SUBTESTS = count("failed-subtests");
    private static final EventMember<Optional<String>> FAILURE = optionalText("failure");
    private static final EventMember<Optional<Path>> FILES =
            optionalText("files").as(text -> text.map(Path::of), path -> path.map(Path::toString));
    private static final EventMember<Integer> IGNORED_SUBTESTS = count("ignored-subtests");
    private static final EventMember<Optional<String>> LOG = optionalText("log");
    private static final EventMember<Optional<String>> NOTE = optionalText("note");
    private static final EventMember<String> POSITION = text("position");
    private static final EventMember<Optional<String>> STATUS = optionalText("status");

    /** The position of results in the output. */
    static final EventMember<Commit> COMMIT = group(
            (commit, json) -> {
                POSITION.write(commit.position(), json);
                FILES.write(commit.files(), json);
            },
            in -> new Commit(POSITION.read(in), FILES.read(in)));

    /** Subtests that failed. */
    static final EventMember<FailedSubtests> SUBTESTS = group(
            (failed, json) -> {
                FAILED_SUBTESTS.write(failed.counted(), json);
                IGNORED_SUBTESTS.write(failed.ignored(), json);
                FAILED_SUBTEST.write(failed.first(), json);
            },
            in -> {
                int counted = FAILED_SUBTESTS.read(in);
                int ignored = IGNORED_SUBTESTS.read(in);
                return counted + ignored == 0
                        ? FailedSubtests.NONE
                        : new FailedSubtests(counted, ignored, FAILED_SUBTEST.read(in));
            });

    /** The result for the test itself. */
    static final EventMember<OwnResult> OWN = group(
            (own, json) -> {
                STATUS.write(own.status(), json);
                NOTE.write(own.note(), json);
                LOG.write(own.log(), json);
            },
            in -> new OwnResult(STATUS.read(in), NOTE.read(in), LOG.read(in)));

    /** The end of an attempt. */
    static final EventMember<Ending> ENDING = group(
            (ending, json) -> {
                if (ending.exitCode().isPresent()) {
                    EXIT.write(ending.exitCode().getAsInt(), json);
                }
                FAILURE.write(ending.failureClass().map(FailureClass::word), json);
                OWN.write(new OwnResult(ending.status(), ending.note(), ending.log()), json);
                SUBTESTS.write(ending.subtests(), json);
            },
            in -> new Ending(
                    in.has("exit") ? OptionalInt.of(EXIT.read(in)) : OptionalInt.empty(),
                    FAILURE.read(in).map(FailureClass::of).filter(failure -> failure != FailureClass.TEST),
                    STATUS.read(in),
                    NOTE.read(in),
                    LOG.read(in),
                    SUBTESTS.read(in)));

    /** The notes from before the run; empty in logs of older versions. */
    static final EventMember<List<RunNote>> NOTES = group(
            (notes, json) -> {
                if (!notes.isEmpty()) {
                    json.raw(",\"notes\":")
                            .value(notes.stream().map(EventValues::object).toList());
                }
            },
            in -> in.has("notes")
                    ? in.objects("notes").stream().map(EventValues::note).toList()
                    : List.of());

    private EventValues() {}

    /** A member for each of several. */
    private static <T> EventMember<T> group(EventMember.Part<T> writing, Function<EventObject, T> reading) {
        return new EventMember<>() {
            @Override
            public void write(T value, JsonBytes json) {
                writing.write(value, json);
            }

            @Override
            public T read(EventObject from) {
                return reading.apply(from);
            }
        };
    }

    private static EventMember<Integer> count(String key) {
        EventMember<Integer> number = number(key);
        return number.as(
                        count -> {
                            if (count < 0) {
                                throw new IllegalArgumentException("'" + key + "' is less than 0");
                            }
                            return count;
                        },
                        count -> count)
                .unless(0, key);
    }

    private static Map<String, @Nullable Object> object(RunNote note) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("severity", note.severity());
        members.put("kind", note.kind());
        members.put("text", note.text());
        members.put("count", note.count());
        note.place().ifPresent(place -> members.put("place", place));
        return members;
    }

    private static RunNote note(EventObject in) {
        return new RunNote(
                in.text("severity"), in.text("kind"), in.text("text"), in.number("count"), in.optional("place"));
    }
}
