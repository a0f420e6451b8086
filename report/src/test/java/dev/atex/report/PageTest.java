package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atex.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser: a script appended to a copy of it looks, and leaves what it saw in the document. */
class PageTest {
    private static final Pattern SEEN = Pattern.compile("<pre id=\"seen\">(.*?)</pre>", Pattern.DOTALL);

    @TempDir
    private Path temp;

    @BeforeEach
    void browser() {
        assumeThat(find()).as("needs chromium; not installed").isNotEmpty();
    }

    private static String find() {
        for (String directory : System.getenv("PATH").split(":")) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                if (Files.isExecutable(Path.of(directory, name))) {
                    return directory + "/" + name;
                }
            }
        }
        return "";
    }

    private Path page(Path run) throws IOException {
        Path page = temp.resolve("report.html");
        ReportFormat.HTML.write(RunReport.read(run), page);
        return page;
    }

    /** What the script, the body of an asynchronous function, returns. */
    private Object look(Path page, String fragment, String width, String script) throws Exception {
        Path copy = temp.resolve("looked-at.html");
        Files.writeString(
                copy,
                Files.readString(page)
                        + "<script>addEventListener('error', e => { throw e; });\n(async () => {\n" + script
                        + "\n})().catch(e => 'failed: ' + e.stack).then(seen => { const pre = document.createElement('pre'); pre.id = 'seen';"
                        + " pre.textContent = encodeURIComponent(JSON.stringify(seen)); document.body.append(pre); });</script>\n");
        List<String> command = new ArrayList<>(List.of(find(), "--headless", "--no-sandbox", "--disable-gpu"));
        command.addAll(List.of("--user-data-dir=" + temp.resolve("profile"), "--window-size=" + width));
        command.addAll(List.of("--virtual-time-budget=20000", "--dump-dom", copy.toUri() + fragment));
        Path dom = temp.resolve("dom.html");
        Process process = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(temp.resolve("chromium.log").toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(dom);
        Matcher seen = SEEN.matcher(text);
        assertThat(seen.find())
                .as(() -> text.substring(Math.max(0, text.length() - 2000)))
                .isTrue();
        return Json.parse(URLDecoder.decode(seen.group(1).replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    private Map<?, ?> map(Path page, String fragment, String script) throws Exception {
        Object seen = look(page, fragment, "1300,1000", script);
        assertThat(seen).isInstanceOf(Map.class);
        return (Map<?, ?>) seen;
    }

    @Test
    void countsSearchAndFiltersAreRight() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        Map<?, ?> seen = map(page, "", """
                const rows = () => [...document.querySelectorAll('.row .name')].map(e => e.textContent);
                const all = rows().length, shown = document.getElementById('shown').textContent;
                const find = async text => { const q = document.getElementById('q'); q.value = text; q.oninput(); await new Promise(f => setTimeout(f, 200)); return rows(); };
                const byName = await find('flak'), bySubtest = await find('ODD'), hash = location.hash, none = await find('no such thing');
                await find('');
                [...document.querySelectorAll('#chips button')].find(b => b.textContent.startsWith('fail')).click();
                return { all, shown, byName, bySubtest, hash, none: none.length, failed: rows(), url: location.hash,
                  state: document.getElementById('state').textContent, pool: document.getElementById('utilisation').textContent };
                """);
        assertThat(seen.get("shown")).isEqualTo("6 of 6 tests, 8 of 8 results");
        assertThat(seen.get("all")).hasToString("6");
        assertThat(seen.get("byName")).isEqualTo(List.of("/flaky"));
        assertThat(seen.get("bySubtest")).isEqualTo(List.of("/good", "two"));
        assertThat(seen.get("hash")).isEqualTo("#q=ODD");
        assertThat(seen.get("none")).hasToString("0");
        assertThat(seen.get("failed")).isEqualTo(List.of("/bad"));
        assertThat(seen.get("url")).isEqualTo("#status=fail");
        assertThat(seen.get("state").toString()).contains("1 flaky", "1 fail", "1 infra", "1 not run");
        assertThat(seen.get("pool").toString()).contains("2 machines", "11.0 s without any");
    }

    @Test
    void aTestAndItsOutputAreShownFromTheUrl() throws Exception {
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
    void hostileTextIsOnlyText() throws Exception {
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
        assertThat(seen.get("scripts")).hasToString("3"); // the data, the page's and this one
        assertThat((List<?>) seen.get("links")).isNotEmpty().allMatch("file:"::equals);
        assertThat(seen.get("name").toString()).contains("</script><img src=x");
        assertThat(seen.get("controls")).isEqualTo(false);
    }

    @Test
    void fiftyThousandResultsAreAllThereAndFewAreElements() throws Exception {
        Path page = page(SampleRun.large(temp.resolve("run"), 50_000));
        assertThat(Files.size(page)).isLessThan(20 << 20);
        Map<?, ?> seen = map(page, "", """
                const shown = () => document.getElementById('shown').textContent;
                const all = shown(), elements = document.querySelectorAll('.row').length, q = document.getElementById('q');
                q.value = 'step 4957'; q.oninput(); await new Promise(f => setTimeout(f, 300));
                const one = shown(), names = [...document.querySelectorAll('.row .name')].map(e => e.textContent);
                return { all, elements, one, names };
                """);
        assertThat(seen.get("all")).isEqualTo("5,000 of 5,000 tests, 50,000 of 50,000 results");
        assertThat(Integer.parseInt(seen.get("elements").toString())).isBetween(10, 100);
        assertThat(seen.get("names")).isEqualTo(List.of("/suite-36/some/group/test-4957", "phase-8"));
    }

    @Test
    void axeFindsNothingSerious() throws Exception {
        Path page = page(SampleRun.small(temp.resolve("run")));
        String axe;
        try (InputStream in = getClass().getClassLoader().getResourceAsStream("axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("</script", "<\\/script");
        }
        for (String size : List.of("1300,1000", "500,900")) {
            Object seen = look(page, "#test=%2Fbad", size, axe + "\n" + """
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
            assertThat((List<?>) seen).as(size).isEmpty();
        }
    }
}
