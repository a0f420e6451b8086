package dev.atex.system;

import static dev.atex.system.Row.row;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every form of {@code duration}. */
@Timeout(300)
class TmtDurationTest {
    @TempDir
    private Path directory;

    /** It lies between a test that takes a second less and one that takes a second more, when the longest come first. */
    private static Row is(String duration, long seconds) {
        return row(duration + " = " + seconds)
                .file("a.fmf", "{test: 'true', duration: " + (seconds - 1) + "}\n")
                .file("it.fmf", "{test: 'true', duration: '" + duration + "'}\n")
                .file("z.fmf", "{test: 'true', duration: " + (seconds + 1) + "}\n")
                .dryRun("--order", "longest")
                .out("/z\n/it\n/a\n");
    }

    private static Row isMistake(String duration) {
        return row("mistake '" + duration + "'")
                .file("a.fmf", "test: 'true'\n")
                .file("bad.fmf", "test: 'true'\nduration: '" + duration + "'\n")
                .discover()
                .names("/a", "/bad")
                .told("mistake: test '/bad': duration '" + duration + "': ");
    }

    @TestFactory
    Stream<DynamicTest> forms() {
        return Rows.of(
                directory,
                is("90", 90),
                is("90s", 90),
                is("5m", 300),
                is("2h", 7200),
                is("3d", 259_200),
                is("1h 30m", 5400),
                is("1h30m", 5400),
                is("1h 3h 2m 3", 14_523),
                is("*3 2s *4", 24),
                is("20s*2.5", 50),
                is("*2", 600),
                is("*2 5m", 600),
                is("0 *2", 600),
                is("5m15m", 1200),
                is("5m 15m*0.9", 1080),
                is("2 1m 4", 66),
                is("2s3", 5),
                is("7s*1.1", 8));
    }

    @TestFactory
    Stream<DynamicTest> mistakes() {
        return Rows.of(
                directory,
                isMistake(""),
                isMistake("1.5h"),
                isMistake("1h *.5"),
                isMistake("1m*2s"),
                isMistake("5m*"),
                isMistake("1w"),
                isMistake("5M"),
                isMistake("-5"),
                isMistake("5m +5m"),
                isMistake("1s+10s"),
                isMistake("5q"));
    }

    @TestFactory
    Stream<DynamicTest> others() {
        return Rows.of(
                directory,
                row("a number")
                        .file("a.fmf", "{test: 'true', duration: 59s}\n")
                        .file("it.fmf", "{test: 'true', duration: 60}\n")
                        .file("z.fmf", "{test: 'true', duration: 61s}\n")
                        .dryRun("--order", "longest")
                        .out("/z\n/it\n/a\n"),
                row("duration+ joins")
                        .file("main.fmf", "test: 'true'\nduration: 5m\n/a: {duration: 1199}\n/it: {duration+: 15m}\n")
                        .file("z.fmf", "{test: 'true', duration: 1201}\n")
                        .dryRun("--order", "longest")
                        .out("/z\n/it\n/a\n"),
                row("default 5m")
                        .file("a.fmf", "{test: 'true', duration: 299}\n")
                        .file("it.fmf", "{test: 'true'}\n")
                        .file("z.fmf", "{test: 'true', duration: 301}\n")
                        .dryRun("--order", "longest")
                        .out("/z\n/it\n/a\n"),
                row("default 1h of tests in a plan")
                        .plan("discover: {how: shell, tests: [{name: a, test: x, duration: 3599},"
                                + " {name: it, test: x}, {name: z, test: x, duration: 3601}]}\n")
                        .dryRun("--order", "longest")
                        .out("/z\n/it\n/a\n"),
                row("default 1h of scripts in a plan")
                        .plan("execute: {script: [x, y]}\n")
                        .file("plan.fmf", "/plan: {execute: {script: [x]}}\n/other: {execute: {script: y}}\n")
                        .file("plan.fmf", "execute: {script: 'true'}\n")
                        .run()
                        .result("/script-00", "pass"),
                row("no overflow")
                        .file("big.fmf", "{test: 'true', duration: '99999999999999999999d*99999999999'}\n")
                        .file("z.fmf", "{test: 'true', duration: '1d'}\n")
                        .dryRun("--order", "longest")
                        .out("/big\n/z\n"),
                row("a mistake is that test's alone")
                        .file("bad.fmf", "test: 'true'\nduration: 5q\n")
                        .file("good.fmf", "test: 'true'\n")
                        .run()
                        .exits(3)
                        .told("mistake: test '/bad': duration '5q': ")
                        .result("/bad", "infra", "TestSetupError(duration '5q': ")
                        .result("/good", "pass"),
                row("over its time")
                        .file("slow.fmf", "{test: 'echo begun; sleep 1000', duration: 10s}\n")
                        .run()
                        .exits(1)
                        .result("/slow", "infra", "TestAbortedError(test duration timeout reached)")
                        .prints("/slow", "begun"),
                row("all starts together")
                        .file("t.fmf", """
                            duration: 3s
                            restart-on-exit-code: 7
                            restart-max-count: 10
                            test: |
                              echo $TMT_TEST_RESTART_COUNT
                              sleep 2
                              exit 7
                            """)
                        .run()
                        .exits(1)
                        .result("/t", "infra", "TestAbortedError(test duration timeout reached)")
                        .prints("/t", "0", "1"));
    }
}
