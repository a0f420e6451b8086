package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.log.GuestLog;
import dev.atex.testingfarm.options.Choice;
import dev.atex.testingfarm.options.FarmSettings;
import dev.atex.testingfarm.options.IpRange;
import dev.atex.testingfarm.options.ReserveTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FarmSettingsTest {
    private static FarmSettings of(String options) throws InvalidOptionException {
        return FarmSettings.of(ProvisionerSpec.parse("testingfarm" + options));
    }

    @Test
    void defaultsApplyWithoutOptions() throws Exception {
        FarmSettings settings = of(",compose=C");
        assertThat(settings.max()).isEqualTo(3);
        assertThat(settings.wish().choices())
                .containsExactly(new Choice("C", "x86_64", "TESTING_FARM_API_TOKEN", Optional.empty()));
        assertThat(settings.test()).isEqualTo(ReserveTest.USUAL);
        assertThat(settings.pace().poll()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.pace().patience()).isEqualTo(Duration.ofHours(4));
        assertThat(settings.access().clean()).isEmpty();
    }

    @Test
    void allOptionsAreRead() throws Exception {
        FarmSettings settings = of(",compose=C,arch=aarch64,test-ref=v1,hardware='{\"memory\": \">= 8 GB\"}',"
                + "kickstart=metadata=a b;x=y,artifacts=fedora-copr-build:1:f42;koji:2,clean=true,poll=250ms");
        assertThat(settings.wish().hardware().orElseThrow()).isEqualTo(Map.of("memory", ">= 8 GB"));
        assertThat(settings.wish().kickstart()).isEqualTo(Map.of("metadata", "a b", "x", "y"));
        assertThat(settings.wish().artifacts())
                .isEqualTo(
                        List.of(Map.of("type", "fedora-copr-build", "id", "1:f42"), Map.of("type", "koji", "id", "2")));
        assertThat(settings.test().ref()).isEqualTo("v1");
        assertThat(settings.access().clean()).contains("motd");
        assertThat(settings.pace().poll()).isEqualTo(Duration.ofMillis(250));
    }

    @ParameterizedTest
    @CsvSource({"90, 90", "1h30m, 90", "1.5h, 90", "2d, 2880", "90m, 90"})
    void timeWithoutUnitIsMinutes(String text, int minutes) throws Exception {
        FarmSettings settings = of(",compose=C,timeout=" + text + ",budget=" + text);
        assertThat(settings.minutes()).isEqualTo(minutes);
        assertThat(settings.budget()).hasValue(minutes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|needs the option 'compose'",
                ",compose=C,max=51|from 1 to 50",
                ",compose=C,timeout=0|'timeout' must be",
                ",compose=C,timeout=90s|whole minutes, from 1m to 30d, not '90s'",
                ",compose=C,timeout=31d|whole minutes, from 1m to 30d",
                ",compose=C,timeout=soon|'timeout' must be a number and a unit",
                ",compose=C,budget=0.5m|'budget' must be whole minutes",
                ",compose=C,hardware={|must be a JSON object",
                ",compose=C,hardware=/no/such/file|cannot read the file /no/such/file",
                ",compose=C,tags=atex-lease=x|are reserved for ATEX",
                ",compose=C,tags=x|must be NAME=VALUE",
                ",compose=C,artifacts=x|must be TYPE:ID",
                ",compose=C,address=1.2.3|must be an address or a range",
                ",compose=C,address-service=x y|not a URL",
                ",compose=C,key=/no/such/key|cannot read the file /no/such/key",
                ",compose=C,clean=/no/such/script|cannot read the file",
                ",compose=C,answer=0s|longer than 0",
            })
    void invalidOptionsAreExplained(String options, String message) {
        assertThatThrownBy(() -> of(options))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void recordedPathsAreAbsolute() throws Exception {
        ProvisionerSpec spec =
                ProvisionerSpec.parse("testingfarm,compose=C,key=k;x,clean=true,hardware='{\"a\": \"b;c\"}'");
        ProvisionerSpec absolute = FarmSettings.absolute(spec);
        assertThat(absolute.text("key"))
                .hasValue(Path.of("k;x").toAbsolutePath().toString());
        assertThat(absolute.text("clean")).hasValue("true");
        assertThat(absolute.text("hardware")).isEqualTo(spec.text("hardware"));
        assertThat(ProvisionerSpec.parse(absolute.toString())).isEqualTo(absolute);
    }

    @Test
    void missingTokenIsError() {
        assertThatThrownBy(() -> new TestingFarmProvisionerFactory()
                        .create(
                                ProvisionerSpec.parse("testingfarm,compose=C"),
                                new ProvisionerContext("run", LeaseLog.unrecorded()),
                                Map.of()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("TESTING_FARM_API_TOKEN");
    }

    @Test
    void requestInPublicRanchHasOurAddress(@TempDir Path here) throws Exception {
        dev.atex.connection.ssh.KeyFiles.generate(here.resolve("id_x"));
        FarmSettings settings = of(",compose=C,skip-guest-setup,pool=p");
        Map<String, ?> body = RequestBody.of(
                settings,
                settings.wish().choices().getFirst(),
                LoginKey.of(here.resolve("id_x")),
                List.of(IpRange.parse("192.0.2.7").orElseThrow()),
                "run",
                "lease");
        assertThat(dev.atex.internal.json.Json.write(body))
                .contains("\"cidr\":\"192.0.2.7/32\"")
                .contains("\"skip_guest_setup\":true")
                .contains("\"pool\":\"p\"")
                .contains("\"timeout\":720");
        assertThat(Files.getPosixFilePermissions(here.resolve("id_x"))).hasSize(2);
    }

    @Test
    void loginIsReadFromLog() {
        GuestLog log = new GuestLog();
        String text = "[a] Guest is ready: ArtemisGuest(1-2, root@198.51.100.1, arch=x86_64)\n" + "x".repeat(100_000)
                + "\n[a] starting tests execution\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += 7) {
            assertThat(log.login()).isEmpty();
            log.take(java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 7)));
        }
        assertThat(log.login()).hasValue("root@198.51.100.1");
        assertThat(log.last()).hasSize(3).allMatch(line -> line.length() < 400);
    }
}
