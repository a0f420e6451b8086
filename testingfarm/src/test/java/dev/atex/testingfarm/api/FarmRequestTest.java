package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FarmRequestTest {
    private static FarmRequest read(String more) throws Exception {
        return FarmRequest.of(Json.parse("{\"id\": \"a\", \"state\": \"complete\"" + more + "}"))
                .orElseThrow();
    }

    @Test
    void fieldsOfAnswerAreRead() throws Exception {
        FarmRequest request = read("""
                , "created": "2026-11-30T09:00:00.123456", "updated": "2026-11-30T12:00:00+02:00",
                "queued_time": 720.5, "run_time": 60, "user_id": "u", "token_id": "t",
                "user": {"webpage": "https://example.com/run", "url": null},
                "result": {"overall": "error", "summary": "no machine", "xunit": null, "xunit_url": "https://x/results.xml"},
                "run": {"artifacts": "https://artifacts.example.com/a", "console": null},
                "notes": [{"level": "info", "message": "tf-tmt/dispatch-1"}, {"info": "tf-tmt/dispatch-2"}, "plain", null],
                "settings": {"pipeline": {"timeout": 240}},
                "environments_requested": [{"arch": "s390x", "pool": null, "os": {"compose": "Fedora-42"}}]""");
        assertThat(request.created()).hasValue(Instant.parse("2026-11-30T09:00:00.123456Z"));
        assertThat(request.updated()).hasValue(Instant.parse("2026-11-30T10:00:00Z"));
        assertThat(request.queuedTime()).hasValue(Duration.ofMillis(720_500));
        assertThat(request.runTime()).hasValue(Duration.ofMinutes(1));
        assertThat(request.userWebpage()).hasValue("https://example.com/run");
        assertThat(request.overall()).hasValue("error");
        assertThat(request.summary()).hasValue("no machine");
        assertThat(request.xunitUrl()).hasValue("https://x/results.xml");
        assertThat(request.artifacts()).hasValue("https://artifacts.example.com/a");
        assertThat(request.notes()).containsExactly("info: tf-tmt/dispatch-1", "info: tf-tmt/dispatch-2", "plain");
        assertThat(request.timeout()).hasValue(Duration.ofHours(4));
        assertThat(request.compose()).hasValue("Fedora-42");
        assertThat(request.arch()).hasValue("s390x");
        assertThat(request.pool()).isEmpty();
        assertThat(request.userId()).hasValue("u");
        assertThat(request.tokenId()).hasValue("t");
    }

    /** A note is about progress, not about the result. */
    @Test
    void noteIsNotSummary() throws Exception {
        assertThat(read(", \"result\": null, \"notes\": [{\"level\": \"info\", \"message\": \"dispatched\"}]")
                        .summary())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "', \"created\": null, \"updated\": null, \"queued_time\": null, \"run_time\": null, \"user\": null, \"result\": null,"
                        + " \"run\": null, \"notes\": null, \"settings\": null, \"environments_requested\": null'",
                "', \"created\": \"yesterday\", \"queued_time\": \"long\", \"run_time\": -1, \"user\": {\"webpage\": null},"
                        + " \"result\": {\"overall\": null, \"summary\": \"\"}, \"run\": {\"artifacts\": null}, \"notes\": {},"
                        + " \"settings\": {\"pipeline\": null}, \"environments_requested\": []'",
                "', \"created\": {}, \"queued_time\": [], \"run_time\": 1e300, \"user\": 1, \"result\": [], \"run\": \"\","
                        + " \"notes\": [null, {}], \"settings\": [], \"environments_requested\": {}'"
            })
    void missingFieldsAreEmpty(String more) throws Exception {
        FarmRequest request = read(more);
        assertThat(request.created()).isEmpty();
        assertThat(request.updated()).isEmpty();
        assertThat(request.queuedTime()).isEmpty();
        assertThat(request.runTime()).isEmpty();
        assertThat(request.userWebpage()).isEmpty();
        assertThat(request.overall()).isEmpty();
        assertThat(request.summary()).isEmpty();
        assertThat(request.xunitUrl()).isEmpty();
        assertThat(request.artifacts()).isEmpty();
        assertThat(request.notes()).isEmpty();
        assertThat(request.timeout()).isEmpty();
        assertThat(request.compose()).isEmpty();
        assertThat(request.arch()).isEmpty();
        assertThat(request.tag("a")).isEmpty();
    }
}
