package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultTally;
import dev.atex.executor.Subtests;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonBytes;
import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.Comparison;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.RunReport;
import dev.atex.report.page.PageData;
import dev.atex.run.EventLog;
import dev.atex.run.RerunLimits;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** All outputs of a run agree about which tests failed, whatever tests report. */
class AgreementTest {
    private static final List<Object> STATUSES = List.of(
            "pass",
            "pass",
            "pass",
            "fail",
            "FAIL",
            "Failed",
            "error",
            "infra",
            "warn",
            "info",
            "skip",
            "SKIPPED",
            "of my own",
            "",
            5,
            true);
    private static final int TESTS = 60;

    @TempDir
    private Path temp;

    private Random random = new Random(0);
    private final List<RunEvent> events = new ArrayList<>();
    private final JsonBytes lines = new JsonBytes(JsonBytes.Style.PYTHON);

    /** Reports anything, and ends in any way, as an orchestrator would see it. */
    private Ending attempt(String test, Path directory) throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(directory);
        int exit = random.nextBoolean() ? 0 : 1 + random.nextInt(3);
        int count = random.nextInt(4);
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            if (random.nextInt(3) > 0) {
                result.put("name", "sub-" + random.nextInt(2));
            }
            if (random.nextInt(8) > 0) {
                result.put("status", STATUSES.get(random.nextInt(STATUSES.size())));
            }
            if (random.nextInt(3) == 0) {
                result.put("note", "because");
            }
            results.add(result);
        }
        for (Map<String, @Nullable Object> result : results) {
            artifacts.addResult(result);
        }
        if (artifacts.ownResult().isEmpty()) {
            Map<String, @Nullable Object> made = Map.of("status", exit == 0 ? "pass" : "fail");
            artifacts.addResult(made);
            results.add(made);
        }
        for (Map<String, @Nullable Object> result : results) {
            lines.raw('[')
                    .string("p")
                    .comma()
                    .value(result.get("status"))
                    .comma()
                    .string(test)
                    .comma();
            lines.value(result.get("name"))
                    .comma()
                    .raw("[]")
                    .comma()
                    .value(result.get("note"))
                    .raw("]\n");
        }
        ResultTally tally = artifacts.tally();
        Optional<FailureClass> failure = random.nextInt(12) == 0
                ? Optional.of(random.nextBoolean() ? FailureClass.TIMEOUT : FailureClass.CONNECTION)
                : Optional.empty();
        return new Ending(
                failure.isEmpty() ? OptionalInt.of(exit) : OptionalInt.empty(),
                failure,
                tally.own().flatMap(OwnResult::status),
                tally.own().flatMap(OwnResult::note),
                Optional.empty(),
                FailedSubtests.of(tally.failedSubtests(), tally.firstFailed(), Subtests.COUNT));
    }

    private RunReport report(Subtests how) throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < TESTS; i++) {
            names.add("/t" + i);
        }
        events.add(new RunEvent.RunStarted(Duration.ZERO, Instant.EPOCH, "run", "p", names));
        events.add(new RunEvent.RemoteReady(Duration.ZERO, "m", "cloud"));
        events.add(new RunEvent.SetUpFinished(Duration.ZERO, "m"));
        RerunLimits reruns = RerunLimits.of(1, Map.of());
        for (String test : names) {
            boolean twice = random.nextBoolean();
            for (int number = 1; number <= 2; number++) {
                int before = lines.size();
                Ending ending = attempt(test, temp.resolve("attempts" + test + "/" + number))
                        .judged(how);
                boolean again = reruns.shouldBeRerun(test, number, ending);
                if (number == 1) {
                    assertThat(again).as("%s is run again", ending).isEqualTo(Verdict.of(ending) != Verdict.PASSED);
                }
                boolean rerun = number == 1 && again && twice;
                events.add(new RunEvent.TestStarted(Duration.ZERO, "m", test, number));
                events.add(new RunEvent.TestFinished(Duration.ofSeconds(1), "m", test, number, ending, rerun, false));
                if (!rerun) {
                    events.add(new RunEvent.AttemptIngested(
                            Duration.ofSeconds(1), test, number, true, new Commit("0-1000000", Optional.empty())));
                    break;
                }
                lines.truncate(before); // attempts that do not count are not stored
            }
        }
        events.add(new RunEvent.RunFinished(Duration.ofSeconds(2)));
        try (EventLog log = EventLog.open(temp.resolve("events.jsonl"))) {
            events.forEach(log::on);
        }
        Files.write(temp.resolve(ResultLine.FILE), lines.toByteArray());
        return RunReport.read(temp);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void allOutputsReportSameFailedTests(long seed) throws Exception {
        random = new Random(seed);
        RunReport run = report(seed % 3 == 0 ? Subtests.IGNORE : Subtests.COUNT);
        RunSummary summary = new RunModel().read(temp.resolve("events.jsonl")).summary();
        Set<String> failed = summary.outcomes().stream()
                .filter(outcome -> !outcome.verdict().passed())
                .map(RunSummary.Outcome::test)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(failed).as("a run worth the trouble").isNotEmpty().hasSizeLessThan(TESTS);
        assertThat(junit(run)).as("JUnit").isEqualTo(failed);
        assertThat(ctrf(run)).as("CTRF").isEqualTo(failed);
        assertThat(page(run)).as("page").isEqualTo(failed);
        assertThat(compared(run)).as("compare").isEqualTo(failed);
        for (RunSummary.Outcome outcome : summary.outcomes()) {
            ReportedTest test = run.tests().stream()
                    .filter(each -> each.name().equals(outcome.test()))
                    .findFirst()
                    .orElseThrow();
            assertThat(test.status()).as(test.name()).isEqualTo(outcome.word());
            assertThat(test.reason()).doesNotContain("exit code 0");
            if (!outcome.verdict().passed()) {
                assertThat(test.reason()).as(test.name()).isNotEmpty();
            }
        }
    }

    /** Returns the failed suites; counting cases must agree with looking at the first one. */
    private Set<String> junit(RunReport run) throws Exception {
        Path file = temp.resolve("junit.xml");
        ReportFormat.JUNIT.write(run, file);
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getElementsByTagName("testcase");
        Set<String> ofThemselves = new TreeSet<>();
        Set<String> ofAnyCase = new TreeSet<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element each = (Element) cases.item(i);
            boolean bad = each.getElementsByTagName("failure").getLength()
                            + each.getElementsByTagName("error").getLength()
                    > 0;
            if (bad) {
                ofAnyCase.add(each.getAttribute("classname"));
                if (each.getAttribute("name").equals(each.getAttribute("classname"))) {
                    ofThemselves.add(each.getAttribute("name"));
                }
            }
        }
        assertThat(ofAnyCase).isEqualTo(ofThemselves);
        return ofThemselves;
    }

    private Set<String> ctrf(RunReport run) throws Exception {
        Path file = temp.resolve("ctrf.json");
        ReportFormat.CTRF.write(run, file);
        Set<String> bad = new TreeSet<>();
        Map<?, ?> results = (Map<?, ?>) member(Json.parse(Files.readAllBytes(file)), "results");
        for (Object test : (List<?>) member(results, "tests")) {
            if (Set.of("failed", "other").contains(member(test, "status"))) {
                bad.add((String) member(test, "name"));
            }
            boolean failedStep = ((Map<?, ?>) test).get("steps") instanceof List<?> steps
                    && steps.stream().anyMatch(step -> member(step, "status").equals("failed"));
            assertThat(failedStep && !bad.contains((String) member(test, "name")))
                    .isFalse();
        }
        return bad;
    }

    private static Object member(@Nullable Object of, String name) {
        Object value = of instanceof Map<?, ?> map ? map.get(name) : null;
        return Optional.ofNullable(value).orElseThrow(() -> new AssertionError(name + " is missing"));
    }

    private static Set<String> page(RunReport run) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PageData.fixed(run).all("", out);
        Object data = Json.parse(out.toString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
        List<?> words = (List<?>) member(data, "bad");
        Set<String> bad = new TreeSet<>();
        for (Object test : (List<?>) member(data, "tests")) {
            List<?> fields = (List<?>) test;
            if (words.contains(fields.get(1))) {
                bad.add((String) fields.get(0));
            }
        }
        return bad;
    }

    private static Set<String> compared(RunReport run) throws Exception {
        Comparison same = Comparison.of(run, run, 1.5);
        assertThat(same.newlyFailing()).isEmpty();
        assertThat(same.newlyPassing()).isEmpty();
        return same.stillFailing().stream()
                .map(name -> name.replaceFirst(" / .*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
