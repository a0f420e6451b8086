package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * Reads a YAML document as the reference does. Where the parser reads something differently, the document is repaired and read
 * again; if that fails as well, it is read once more for the position of the error.
 */
public final class YamlReader {
    private YamlReader() {}

    /** The maximum nesting of values, which later code processes recursively. */
    public static final int MAX_DEPTH = 1000;

    /** Every repair parses the document again: fewer for longer documents. */
    private static final int MAX_REPAIRS = 100;

    private static final int MAX_PARSED_FOR_REPAIRS = 16 << 20;

    /** Reading needs six times as much memory. */
    private static final int MAX_LENGTH = 32 << 20;

    /**
     * Returns settings with a single buffer as long as the text: the parser copies the part of a long token that it
     * has for each buffer that it reads, which would take quadratic time.
     */
    static LoadSettings settings(boolean marks, String text) {
        return LoadSettings.builder()
                .setUseMarks(marks)
                .setBufferSize(text.length() + 2)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setVersionFunction(YamlReader::anyVersionOne)
                .build();
    }

    private static SpecVersion anyVersionOne(SpecVersion version) {
        if (version.getMajor() != 1) {
            throw new YamlVersionException(version);
        }
        return version;
    }

    /**
     * The content of a text.
     *
     * @param value its value
     * @param shared whether a mapping or sequence in it is used in more than one place
     * @param notices warnings about what the reference refuses in it, by place
     */
    public record Document(@Nullable Object value, boolean shared, List<YamlNotice> notices) {}

    /** Reads the single document of {@code text}; null for an empty one. */
    public static Document read(String text) throws YamlProblem {
        return readPrepared(text).document();
    }

    /** A document and the source that the parser got. */
    record Prepared(Document document, Source source) {}

    static Prepared readPrepared(String text) throws YamlProblem {
        Source source = Source.of(text);
        if (source.text().length() > MAX_LENGTH) {
            throw new YamlProblem(
                    "ReaderError",
                    "the text has " + source.text().length() + " characters; the maximum is " + MAX_LENGTH,
                    0,
                    0);
        }
        if (!LineSeparators.areIn(source)) {
            return read(source);
        }
        try {
            return read(LineSeparators.resolved(source));
        } catch (YamlProblem e) {
            return readWithSeparators(source, e);
        }
    }

    /** Reads a text that the reference refuses because of its line separators. */
    private static Prepared readWithSeparators(Source source, YamlProblem problem) throws YamlProblem {
        Prepared read;
        try {
            read = read(source);
        } catch (YamlProblem e) {
            throw problem;
        }
        Source.Place place = LineSeparators.first(source);
        List<YamlNotice> notices = new ArrayList<>(read.document().notices());
        notices.add(new YamlNotice(
                place.line(),
                place.column(),
                "U+2028 and U+2029 end a line for the fmf command, which refuses this file: remove them"));
        notices.sort(null);
        Document document = read.document();
        return new Prepared(new Document(document.value(), document.shared(), notices), read.source());
    }

    private static Prepared read(Source source) throws YamlProblem {
        Source repaired = source;
        int repairs = Math.min(
                MAX_REPAIRS, MAX_PARSED_FOR_REPAIRS / Math.max(1, source.text().length()));
        for (int attempt = 0; ; attempt++) {
            Composer reader = new Composer(false, repaired);
            try {
                return prepared(repaired, reader);
            } catch (ScannerException | ParserException e) {
                Optional<Source> more = attempt < repairs ? repaired(repaired) : Optional.empty();
                if (more.isEmpty()) {
                    throw locate(repaired);
                }
                repaired = more.get();
            } catch (YamlFailure e) {
                Optional<Prepared> spaced = reader.endsElsewhere() ? spaced(repaired) : Optional.empty();
                if (spaced.isEmpty()) {
                    throw locate(repaired);
                }
                return spaced.get();
            } catch (YamlEngineException | PythonException | NumberFormatException e) {
                throw locate(repaired);
            }
        }
    }

    private static Prepared prepared(Source source, Composer reader) {
        Document document = reader.document();
        Optional<Prepared> spaced = reader.endsElsewhere() ? spaced(source) : Optional.empty();
        return spaced.orElseGet(() -> withNotices(source, reader, document));
    }

    private static Prepared withNotices(Source source, Composer reader, Document document) {
        boolean look = reader.refused() || Refusals.mayBeIn(source.written());
        return new Prepared(
                look ? new Document(document.value(), document.shared(), Refusals.find(source)) : document, source);
    }

    /** Reads the document as the reference does; empty if that fails. */
    private static Optional<Prepared> spaced(Source source) {
        Optional<Source> spaced = Repairs.spaced(source);
        if (spaced.isEmpty()) {
            return Optional.empty();
        }
        Composer reader = new Composer(false, spaced.get());
        try {
            return Optional.of(withNotices(spaced.get(), reader, reader.document()));
        } catch (YamlEngineException | YamlFailure | PythonException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns the document without what the parser stops at, if the reference does not stop there. */
    private static Optional<Source> repaired(Source source) {
        Composer reader = new Composer(true, source);
        try {
            reader.document();
            return Optional.empty();
        } catch (ScannerException | ParserException e) {
            Mark mark = e.getProblemMark().orElse(null);
            if (mark == null) {
                return Optional.empty();
            }
            String text = source.text();
            int plainEnd = reader.plainEnd()
                    .map(each -> text.offsetByCodePoints(0, each.getIndex()))
                    .orElse(-1);
            return Repairs.at(source, text.offsetByCodePoints(0, mark.getIndex()), plainEnd);
        } catch (YamlEngineException | YamlFailure | PythonException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Reads the document once more with positions, which take a third of the time and are needed only for messages. */
    private static YamlProblem locate(Source source) {
        Composer reader = new Composer(true, source);
        try {
            reader.document();
            throw new IllegalStateException("reading failed, but not the second time");
        } catch (PythonException e) {
            Mark mark = reader.position().orElse(null);
            if (mark == null) {
                return YamlProblem.ofValue(e.type(), e.getMessage(), 0, 0);
            }
            Source.Place place = source.place(mark);
            return YamlProblem.ofValue(e.type(), e.getMessage(), place.line(), place.column());
        } catch (YamlFailure e) {
            return e.problem(source);
        } catch (ReaderException e) {
            return readerProblem(e, source.text());
        } catch (YamlVersionException e) {
            return new YamlProblem("ParserError", "this version of YAML is not supported: use 1.1 or 1.2", 1, 1);
        } catch (MarkedYamlEngineException e) {
            String kind = e instanceof ParserException ? "ParserError" : "ScannerError";
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            String context = e.getContext() == null ? "" : e.getContext() + source.shown(e.getContextMark()) + "\n";
            return source.problem(kind, context + e.getProblem(), mark);
        } catch (NumberFormatException e) {
            // from a hexadecimal escape: the parser does not check the number of digits
            Mark mark = reader.parserPosition().orElse(null);
            return source.problem("ScannerError", "an escape sequence has too few hexadecimal digits", mark);
        } catch (YamlEngineException e) {
            return new YamlProblem("YAMLError", String.valueOf(e.getMessage()), 0, 0);
        }
    }

    private static YamlProblem readerProblem(ReaderException e, String text) {
        int offset = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
        String before = text.substring(0, offset);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.length() - (before.lastIndexOf('\n') + 1);
        return new YamlProblem(
                "ReaderError",
                "character U+%04X is not allowed: it is a control character".formatted(e.getCodePoint()),
                line,
                column);
    }
}
