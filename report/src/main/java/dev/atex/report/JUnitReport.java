package dev.atex.report;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.internal.text.Cut;
import dev.atex.report.model.ReportedAttempt;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.Result;
import dev.atex.report.model.ResultsReader;
import dev.atex.report.model.RunReport;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes JUnit XML as Jenkins, GitLab and others read it, each suite as Maven Surefire 3 writes one: a suite for each
 * test, with a case for the test itself and one for each subtest. Failed attempts are {@code rerunFailure} or {@code
 * rerunError}, those of a flaky test {@code flakyFailure} or {@code flakyError}. The output of tests that did not
 * pass is included, up to limits; other output is linked, as {@code [[ATTACHMENT|path]]}.
 */
final class JUnitReport implements Report {
    /** Maximum bytes of output per case. */
    private static final int MOST_OUTPUT = 64 << 10;

    /** Maximum number of a test's own results that are listed. */
    private static final int MOST_OWN_RESULTS = 100;

    /** Maximum bytes of output in the report. */
    private static final int MOST_OUTPUT_IN_ALL = 32 << 20;

    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
            try (ResultsReader results = run.openResults()) {
                new Document(run, results, target, xml).write();
            }
            xml.flush();
        } catch (XMLStreamException e) {
            throw e.getNestedException() instanceof IOException cause ? cause : new IOException(e);
        }
        out.write('\n');
    }

    private static final class Document {
        private final RunReport run;
        private final ResultsReader results;
        private final Path target;
        private final XMLStreamWriter xml;
        private int room = MOST_OUTPUT_IN_ALL;

        Document(RunReport run, ResultsReader results, Path target, XMLStreamWriter xml) {
            this.run = run;
            this.results = results;
            this.target = target;
            this.xml = xml;
        }

        void write() throws XMLStreamException, IOException {
            Counts all = new Counts();
            for (ReportedTest test : run.tests()) {
                all.add(test, results);
            }
            xml.writeStartDocument("UTF-8", "1.0");
            line();
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", clean("atex " + run.id()));
            xml.writeAttribute("time", seconds(run.elapsed().toNanos() / 1e9));
            xml.writeAttribute("tests", Integer.toString(all.tests));
            xml.writeAttribute("failures", Integer.toString(all.failures));
            xml.writeAttribute("errors", Integer.toString(all.errors));
            line();
            List<RunNote> notes = run.notes();
            for (ReportedTest test : run.tests()) {
                suite(test, notes);
                notes = List.of(); // they belong to the run
            }
            xml.writeEndElement();
            xml.writeEndDocument();
        }

        private void suite(ReportedTest test, List<RunNote> notes) throws XMLStreamException, IOException {
            Counts counts = new Counts();
            counts.add(test, results);
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", clean(run.platform() + " " + test.name()));
            xml.writeAttribute("tests", Integer.toString(counts.tests));
            xml.writeAttribute("failures", Integer.toString(counts.failures));
            xml.writeAttribute("errors", Integer.toString(counts.errors));
            xml.writeAttribute("skipped", Integer.toString(counts.skipped));
            xml.writeAttribute("time", seconds(test.seconds()));
            if (!test.attempts().isEmpty()) {
                xml.writeAttribute(
                        "timestamp",
                        run.started().plus(test.attempts().getLast().from()).toString());
            }
            line();
            xml.writeStartElement("properties");
            property("platform", run.platform());
            property("status", test.status());
            property("attempts", Integer.toString(test.attempts().size()));
            if (!test.attempts().isEmpty()) {
                property("machine", test.attempts().getLast().remote());
            }
            for (RunNote note : notes) {
                property("metadata", note.line());
            }
            xml.writeEndElement();
            line();
            own(test);
            ResultsReader.Cursor all = results.of(test);
            for (Result result = all.next(); result != null; result = all.next()) {
                if (result.subtest().isPresent()) {
                    subtest(test, result);
                }
            }
            xml.writeEndElement();
            line();
        }

        private void property(String name, String value) throws XMLStreamException {
            xml.writeEmptyElement("property");
            xml.writeAttribute("name", name);
            xml.writeAttribute("value", clean(value));
        }

        /** Writes the case of the test itself, in the order that Surefire's schema requires. */
        private void own(ReportedTest test) throws XMLStreamException, IOException {
            begin(test.name(), test, test.seconds());
            String note = test.reason();
            List<String> several = ownResults(test);
            switch (kind(test)) {
                case FAILURE -> {
                    problem("failure", test.status(), note);
                    earlier(test, "rerunFailure", Kind.FAILURE);
                    earlier(test, "rerunError", Kind.ERROR);
                }
                case ERROR -> {
                    earlier(test, "rerunFailure", Kind.FAILURE);
                    problem("error", test.status(), note);
                    earlier(test, "rerunError", Kind.ERROR);
                }
                case SKIPPED -> skipped(test.status(), note);
                case PASSED -> {
                    if (test.verdict() == RunSummary.Verdict.FLAKY) {
                        earlier(test, "flakyFailure", Kind.FAILURE);
                        earlier(test, "flakyError", Kind.ERROR);
                    }
                }
            }
            output(test, several);
            xml.writeEndElement();
            line();
        }

        /** Returns the own results of a test that reported several, as text: together they are one case. */
        private List<String> ownResults(ReportedTest test) throws IOException {
            List<String> found = new ArrayList<>();
            ResultsReader.Cursor all = results.of(test);
            for (Result result = all.next(); result != null && found.size() < MOST_OWN_RESULTS; result = all.next()) {
                if (result.subtest().isEmpty()) {
                    found.add("result " + (found.size() + 1) + " of the test itself: " + result.word()
                            + result.reason().map(note -> ": " + note).orElse(""));
                }
            }
            return found.size() > 1 ? found : List.of();
        }

        /** Writes the attempts of this kind that do not count any more. */
        private void earlier(ReportedTest test, String element, Kind wanted) throws XMLStreamException, IOException {
            List<ReportedAttempt> attempts = test.attempts();
            for (ReportedAttempt attempt : attempts.subList(0, Math.max(0, attempts.size() - 1))) {
                Kind kind = kind(attempt.status()) == Kind.ERROR ? Kind.ERROR : Kind.FAILURE;
                if (kind != wanted || attempt.ending().isEmpty()) {
                    continue;
                }
                Ending ending = attempt.ending().get();
                xml.writeStartElement(element);
                message(attempt.reason(), attempt.status());
                xml.writeAttribute(
                        "type", ending.failureClass().map(FailureClass::word).orElse(clean(attempt.status())));
                xml.writeStartElement("stackTrace");
                xml.writeCharacters("attempt " + attempt.number() + " on " + clean(attempt.remote()));
                xml.writeEndElement();
                Optional<Path> log = attempt.log();
                if (log.isPresent()) {
                    xml.writeStartElement("system-out");
                    xml.writeCharacters(clean(take(log.get())));
                    xml.writeEndElement();
                }
                xml.writeEndElement();
            }
        }

        private void subtest(ReportedTest test, Result result) throws XMLStreamException {
            String name = result.subtest().orElse("");
            begin(name.equals(test.name()) ? name + " (subtest)" : name, test, 0);
            String note = result.reason().orElse("");
            switch (kind(test, result)) {
                case FAILURE -> problem("failure", result.word(), note);
                case ERROR -> problem("error", result.word(), note);
                case SKIPPED ->
                    skipped(
                            result.word(),
                            result.failed()
                                    ? result.word() + ", which does not count" + (note.isEmpty() ? "" : ": ") + note
                                    : note);
                case PASSED -> {}
            }
            xml.writeEndElement();
            line();
        }

        private void begin(String name, ReportedTest test, double seconds) throws XMLStreamException {
            xml.writeStartElement("testcase");
            xml.writeAttribute("name", clean(name));
            xml.writeAttribute("classname", clean(test.name()));
            xml.writeAttribute("time", seconds(seconds));
        }

        /** Writes the first line of a note; without one the status, since readers show this message. */
        private void message(String note, String status) throws XMLStreamException {
            String first = firstLine(note);
            xml.writeAttribute("message", first.isEmpty() ? clean(status) : first);
        }

        private void problem(String element, String type, String note) throws XMLStreamException {
            xml.writeStartElement(element);
            message(note, type);
            xml.writeAttribute("type", clean(type));
            xml.writeCharacters(clean(note));
            xml.writeEndElement();
        }

        private void skipped(String status, String note) throws XMLStreamException {
            xml.writeStartElement("skipped");
            message(note, status);
            xml.writeCharacters(clean(note));
            xml.writeEndElement();
        }

        private void output(ReportedTest test, List<String> first) throws XMLStreamException, IOException {
            if (test.log().isEmpty() && first.isEmpty()) {
                return;
            }
            xml.writeStartElement("system-out");
            for (String line : first) {
                xml.writeCharacters(clean(line + "\n"));
            }
            if (test.log().isPresent()) {
                Path log = test.log().get();
                if (!test.verdict().passed()) {
                    xml.writeCharacters(clean(take(log)));
                }
                xml.writeCharacters(clean("\n[[ATTACHMENT|" + Report.link(target, log) + "]]\n"));
            }
            xml.writeEndElement();
        }

        private String take(Path log) throws IOException {
            String text = room < MOST_OUTPUT ? "" : run.tail(log, MOST_OUTPUT);
            room -= text.getBytes(StandardCharsets.UTF_8).length;
            return text;
        }

        private void line() throws XMLStreamException {
            xml.writeCharacters("\n");
        }
    }

    private enum Kind {
        PASSED,
        FAILURE,
        ERROR,
        SKIPPED
    }

    private static Kind kind(ReportedTest test) {
        return switch (test.verdict()) {
            case PASSED -> test.status().equals("skip") ? Kind.SKIPPED : Kind.PASSED;
            case FLAKY -> Kind.PASSED;
            case FAILED -> kind(test.status());
            case INFRA, CANCELLED -> test.isOver() ? Kind.ERROR : Kind.SKIPPED;
            case NOT_RUN -> Kind.SKIPPED;
        };
    }

    private static Kind kind(ReportedTest test, Result result) {
        if (result.failed() && !test.fails(result)) {
            return Kind.SKIPPED;
        }
        return result.meaning().map(JUnitReport::kind).orElse(Kind.PASSED);
    }

    private static Kind kind(String word) {
        return kind(Status.of(word));
    }

    private static Kind kind(Status status) {
        return switch (status) {
            case FAIL -> Kind.FAILURE;
            case ERROR, INFRA -> Kind.ERROR;
            case SKIP -> Kind.SKIPPED;
            case PASS, INFO, WARN -> Kind.PASSED;
        };
    }

    /** Counts the cases. */
    private static final class Counts {
        int tests;
        int failures;
        int errors;
        int skipped;

        void add(ReportedTest test, ResultsReader results) throws IOException {
            add(kind(test));
            ResultsReader.Cursor all = results.of(test);
            for (Result result = all.next(); result != null; result = all.next()) {
                if (result.subtest().isPresent()) {
                    add(kind(test, result));
                }
            }
        }

        private void add(Kind kind) {
            tests++;
            switch (kind) {
                case PASSED -> {}
                case FAILURE -> failures++;
                case ERROR -> errors++;
                case SKIPPED -> skipped++;
            }
        }
    }

    private static String firstLine(String text) {
        return clean(text).lines().findFirst().orElse("");
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    /** Removes characters that XML 1.0 does not allow, not even escaped. The length is bounded. */
    private static String clean(String whole) {
        String text = Cut.start(whole, MOST_OUTPUT);
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!isXml(c) && clean == null) {
                clean = new StringBuilder(text.length()).append(text, 0, i);
            }
            if (clean != null) {
                clean.appendCodePoint(isXml(c) ? c : 0xfffd);
            }
            i += Character.charCount(c);
        }
        return clean == null ? text : clean.toString();
    }

    /** Returns whether XML may contain the character; excludes carriage returns, which readers would convert. */
    private static boolean isXml(int c) {
        boolean half = c >= 0xd800 && c < 0xe000;
        return c >= 0x20 ? !half && c != 0xfffe && c != 0xffff : c == '\t' || c == '\n';
    }
}
