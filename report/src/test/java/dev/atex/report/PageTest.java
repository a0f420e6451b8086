package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atex.report.live.LiveServer;
import dev.atex.report.model.RunReport;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
@Timeout(300)
@Tag("slow")
class PageTest {
    @TempDir
    private static Path profile;

    @TempDir
    private Path temp;

    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(Chromium.find()).as("needs chromium; not installed").isPresent();
        browser = Chromium.start(profile);
    }

    @AfterAll
    static void end() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private Path page(Path run) throws IOException {
        Path page = temp.resolve("report.html");
        ReportFormat.HTML.write(RunReport.read(run), page);
        return page;
    }

    /** Returns the result of a script, the body of an asynchronous function. */
    private Object look(Path page, String fragment, int width, int height, String script) throws Exception {
        try (Chromium.Tab tab = browser.open(page.toUri() + fragment, width, height)) {
            return tab.run(script);
        }
    }

    private Map<?, ?> map(Path page, String fragment, String script) throws Exception {
        Object seen = look(page, fragment, 1300, 1000, script);
        assertThat(seen).isInstanceOf(Map.class);
        return (Map<?, ?>) seen;
    }

    @Test
    void countsSearchAndFiltersWork() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        Map<?, ?> seen = map(page, "", """
                const rows = () => [...document.querySelectorAll('.row .name')].map(e => e.textContent);
                const all = rows().length, shown = document.getElementById('shown').textContent;
                const find = async text => { const q = document.getElementById('q'); q.value = text; q.oninput(); await new Promise(f => setTimeout(f, 200)); return rows(); };
                const byName = await find('flak'), bySubtest = await find('ODD'), hash = location.hash, none = await find('no such thing');
                await find('');
                [...document.querySelectorAll('#chips button')].find(b => b.textContent.startsWith('fail')).click();
                return { all, shown, byName, bySubtest, hash, none: none.length, failed: rows(), url: location.hash,
                  state: document.getElementById('state').textContent, pool: document.getElementById('utilisation').textContent,
                  notes: [...document.querySelectorAll('#notes:not([hidden]) li')].map(e => e.textContent) };
                """);
        assertThat((List<?>) seen.get("notes"))
                .singleElement()
                .asString()
                .startsWith("note: an unknown key ")
                .endsWith(" (3 times, first ci.fmf:12)");
        assertThat(seen.get("shown")).isEqualTo("6 of 6 tests, 8 of 8 results");
        assertThat(seen.get("all")).hasToString("6");
        assertThat(seen.get("byName")).isEqualTo(List.of("/flaky"));
        assertThat(seen.get("bySubtest")).isEqualTo(List.of("/good", "two"));
        assertThat(seen.get("hash")).isEqualTo("#q=ODD");
        assertThat(seen.get("none")).hasToString("0");
        assertThat(seen.get("failed")).isEqualTo(List.of("/bad"));
        assertThat(seen.get("url")).isEqualTo("#status=fail");
        assertThat(seen.get("state").toString()).contains("1 flaky", "1 fail", "1 infra", "1 not run");
        assertThat(seen.get("pool").toString()).contains("2 machines", "11.0 s without a machine");
    }

    @Test
    void urlSelectsTestAndOutput() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        Map<?, ?> seen = map(page, "#test=%2Fbad", """
                const output = document.querySelector('#detail pre').textContent;
                const field = document.querySelector('#detail input'); field.value = 'NEEDLE'; field.oninput();
                const found = document.querySelector('#detail pre mark').textContent;
                const href = [...document.querySelectorAll('#detail a')].map(a => a.getAttribute('href'));
                document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
                return { title: document.getElementById('detail-title').textContent, output, found, href, closed: document.getElementById('detail').hidden };
                """);
        assertThat(seen.get("output")).isEqualTo("needle in the output\n");
        assertThat(seen.get("found")).isEqualTo("needle");
        assertThat((List<?>) seen.get("href"))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(temp.resolve((String) link)).exists());
        assertThat(seen.get("closed")).isEqualTo(true);
    }

    @Test
    void hostileTextIsShownAsText() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        Map<?, ?> seen = map(page, "#q=img", """
                document.querySelector('.row').click();
                await new Promise(f => setTimeout(f, 200));
                return { title: document.title, images: document.images.length, scripts: document.scripts.length, bold: document.querySelectorAll('b').length,
                  links: [...document.links].map(a => a.protocol), name: document.getElementById('detail-title').textContent,
                  controls: /[\\u0000-\\u0008\\u001b\\u202e]/.test(document.body.innerText) };
                """);
        assertThat(seen.get("title").toString()).isEqualTo("✗ sample");
        assertThat(seen.get("images")).hasToString("0");
        assertThat(seen.get("bold")).hasToString("0");
        assertThat(seen.get("scripts")).hasToString("2"); // the data and the page's own
        assertThat((List<?>) seen.get("links")).isNotEmpty().allMatch("file:"::equals);
        assertThat(seen.get("name").toString()).contains("</script><img src=x");
        assertThat(seen.get("controls")).isEqualTo(false);
    }

    @Test
    void statusesNamedLikeObjectMembersWork() throws Exception {
        List<String> statuses = List.of("constructor", "__proto__", "toString", "hasOwnProperty", "pass");
        Path page = page(SampleRun.statuses(temp.resolve("run"), statuses));
        Map<?, ?> seen = map(page, "", """
                const chips = [...document.querySelectorAll('#chips button')].map(e => e.textContent);
                const colors = [...document.querySelectorAll('#shares span')].map(e => e.style.background);
                const one = [...document.querySelectorAll('#chips button')].find(b => b.textContent.startsWith('error'));
                if (one) one.click();
                return { chips, colors, rows: [...document.querySelectorAll('.row .name')].map(e => e.textContent) };
                """);
        assertThat((List<?>) seen.get("chips")).map(Object::toString).containsExactlyInAnyOrder("error 4", "pass 1");
        assertThat((List<?>) seen.get("colors"))
                .hasSize(2)
                .map(Object::toString)
                .allMatch(color -> color.startsWith("var(--b-"));
        assertThat((List<?>) seen.get("rows")).map(Object::toString).hasSize(4).contains("/t __proto__");
    }

    /** A page has a size limit and shows how much it omits; failed results are in it. */
    @Test
    void pageReportsOmittedResults() throws Exception {
        Path directory = SampleRun.statuses(temp.resolve("run"), List.of("pass"));
        String note = "n".repeat(4000);
        int lines = 20_000;
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("results.jsonl"))) {
            for (int i = 0; i < lines; i++) {
                out.write("[\"p\", \"" + (i == lines - 1 ? "fail" : "pass") + "\", \"/t pass\", \"sub " + i
                        + "\", [], \"" + note + "\"]\n");
            }
        }
        Path page = page(directory);
        assertThat(Files.size(page)).isBetween(60L << 20, 70L << 20);
        Map<?, ?> seen = map(page, "#test=%2Ft%20pass", """
                const t = run.tests[0];
                return { state: document.getElementById('state').textContent, detail: document.getElementById('detail').textContent.slice(-300),
                  last: t[4][t[4].length - 1][1], all: t[4].length + t[8] };
                """);
        assertThat(seen.get("state").toString())
                .contains("are omitted to limit the size of this page", "results.jsonl");
        assertThat(seen.get("detail").toString()).contains("more results of this test are omitted");
        assertThat(seen.get("last")).isEqualTo("sub " + (lines - 1));
        assertThat(seen.get("all")).hasToString(Integer.toString(lines));
    }

    @Test
    void fiftyThousandResultsNeedFewElements() throws Exception {
        Path page = page(SampleRun.large(temp.resolve("run"), 50_000));
        assertThat(Files.size(page)).isLessThan(20 << 20);
        Map<?, ?> seen = map(page, "", """
                const shown = () => document.getElementById('shown').textContent;
                const all = shown(), elements = document.querySelectorAll('.row').length, q = document.getElementById('q');
                q.value = 'step 4957'; q.oninput(); await new Promise(f => setTimeout(f, 300));
                const one = shown(), names = [...document.querySelectorAll('.row .name')].map(e => e.textContent);
                const why = document.querySelector('.row .note').textContent;
                return { all, elements, one, names, why, first: document.querySelector('.row .st').textContent };
                """);
        assertThat(seen.get("all")).isEqualTo("5,000 of 5,000 tests, 50,000 of 50,000 results");
        assertThat(Integer.parseInt(seen.get("elements").toString())).isBetween(10, 100);
        assertThat(seen.get("names")).isEqualTo(List.of("/suite-36/some/group/test-4957", "phase-8"));
        assertThat(seen.get("why")).isEqualTo("phase-8: step 4957 went wrong");
        assertThat(seen.get("first")).isEqualTo("fail");
    }

    @Test
    void axeFindsNothingSerious() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        String axe;
        try (InputStream in = getClass().getClassLoader().getResourceAsStream("axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (int width : List.of(1300, 390)) {
            Object seen = look(page, "#test=%2Fbad", width, 900, axe + "\n" + """
                    document.querySelector('#machines').open = true;
                    const serious = [];
                    for (const theme of ['light', 'dark']) {
                      document.documentElement.dataset.theme = theme;
                      const found = await axe.run(document, { resultTypes: ['violations'] });
                      serious.push(...found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
                        .map(v => theme + ' ' + v.id + ': ' + v.nodes.map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).slice(0, 3).join(' | ')));
                    }
                    return serious;
                    """);
            assertThat((List<?>) seen).as("%d", width).isEmpty();
        }
    }

    /** The first paint does not wait for 50,000 results; the benchmarks measure its time. */
    @Test
    void pagePaints() throws Exception {
        Path page = page(SampleRun.large(temp.resolve("run"), 50_000));
        try (Chromium.Tab tab = browser.open(page.toUri().toString(), 1300, 1000)) {
            assertThat(tab.firstPaint()).isPositive();
        }
    }

    @Test
    void pageReloadedDuringRunKeepsItsPlace() throws Exception {
        Path directory = SampleRun.small(temp.resolve("run"));
        List<RunEvent> events = new ArrayList<>();
        try (var read = EventLog.read(directory.resolve("events.jsonl"))) {
            read.forEach(events::add);
        }
        Files.delete(directory.resolve("events.jsonl"));
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"));
                LiveServer server =
                        LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            happen(events.subList(0, 8), log, server);
            try (Chromium.Tab tab = browser.open(server.url() + "#q=%2F&test=%2Fgood", 1300, 1000)) {
                assertThat(tab.run("return document.getElementById('state').textContent")
                                .toString())
                        .contains("Running", "1 pass");
                Object _ = tab.run("document.getElementById('detail').firstChild.dataset.mark = 'mine'");
                happen(events.subList(8, 18), log, server);
                Object changed = tab.run(Scripts.untilStateHas("1 flaky"));
                assertThat(changed.toString()).contains("Running", "1 flaky");
                assertThat(tab.run("return document.getElementById('detail').firstChild.dataset.mark"))
                        .as("a test without news is unchanged")
                        .isEqualTo("mine");
                tab.reload();
                Map<?, ?> again = (Map<?, ?>) tab.run("""
                        return { state: document.getElementById('state').textContent, url: location.hash,
                          title: document.getElementById('detail-title').textContent, q: document.getElementById('q').value };
                        """);
                assertThat(again.get("state").toString()).contains("Running", "1 flaky");
                assertThat(again.get("url")).isEqualTo("#q=%2F&test=%2Fgood");
                assertThat(again.get("title")).isEqualTo("/good");
                assertThat(again.get("q")).isEqualTo("/");
                happen(events.subList(18, events.size()), log, server);
                assertThat(tab.run(Scripts.untilStateHas("Finished")).toString())
                        .contains("1 not run");
            }
        }
    }

    @Test
    void pageReportsLostServerOnce() throws Exception {
        Path directory = SampleRun.small(temp.resolve("run"));
        List<RunEvent> events = new ArrayList<>();
        try (var read = EventLog.read(directory.resolve("events.jsonl"))) {
            read.limit(8).forEach(events::add);
        }
        Files.delete(directory.resolve("events.jsonl"));
        LiveServer server = LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"));
                Chromium.Tab tab = browser.open(server.url(), 1300, 1000)) {
            happen(events, log, server);
            Object _ = tab.run(Scripts.untilStateHas("1 pass"));
            server.close();
            Object lost = tab.run(Scripts.untilStateHas("Lost the connection to the run"));
            assertThat(lost.toString()).containsOnlyOnce("Lost the connection");
        } finally {
            server.close();
        }
    }

    private static void happen(List<RunEvent> events, EventLog log, LiveServer server) {
        for (RunEvent event : events) {
            log.on(event);
            server.on(event);
        }
        log.idle();
        server.idle();
    }

    /** A log of 100 MB: the page shows its end, and the server sends no more than that. */
    @Test
    void longLogIsShownFromItsEnd() throws Exception {
        Path directory = SampleRun.small(temp.resolve("run"));
        Path log = directory.resolve("files/p/bad/output.txt");
        byte[] line = ("\u001b[31mred\u001b[0m \u0007 <b>bold</b> " + "x".repeat(1000) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(log), 1 << 20)) {
            for (int i = 0; i < 100_000; i++) {
                out.write(line);
            }
            out.write(new byte[] {(byte) 0xff, (byte) 0xc3, '\n'});
            out.write("the last line\n".getBytes(StandardCharsets.UTF_8));
        }
        Path page = page(directory);
        assertThat(Files.size(page)).isLessThan(200_000);
        String script = """
                for (let i = 0; i < 200 && !document.querySelector('#detail pre').textContent; i++) await new Promise(f => setTimeout(f, 50));
                const pre = document.querySelector('#detail pre');
                return { text: pre.textContent.slice(-200), length: pre.textContent.length, elements: pre.children.length };
                """;
        Map<?, ?> fromDisk = map(page, "#test=%2Fbad", script);
        assertThat(fromDisk.get("text").toString()).endsWith("\ufffd\ufffd\nthe last line\n");
        try (LiveServer server =
                        LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Chromium.Tab tab = browser.open(server.url() + "#test=%2Fbad", 1300, 1000)) {
            Map<?, ?> served = (Map<?, ?>) tab.run(script);
            assertThat(served.get("text").toString())
                    .endsWith("\ufffd\ufffd\nthe last line\n")
                    .doesNotContain("\u001b");
            assertThat(Integer.parseInt(served.get("length").toString())).isBetween(900_000, 1 << 20);
            assertThat(served.get("elements")).hasToString("0");
        }
    }

    /** Scripts of several tests. */
    private static final class Scripts {
        static String untilStateHas(String text) {
            return """
                    const state = document.getElementById('state'), wanted = '@';
                    if (!state.textContent.includes(wanted)) await new Promise(f => new MutationObserver(() => {
                      if (state.textContent.includes(wanted)) f(); }).observe(state, { childList: true, subtree: true, characterData: true }));
                    return state.textContent;
                    """.replace("@", text);
        }
    }
}
