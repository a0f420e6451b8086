package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are accepted, and which parts of them are shown. */
class GitAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/beakerlib/foo",
                "https://example.org:8443/a b/c.git",
                "https://[::1]:8443/x",
                "https://example.org/~me/a@b",
                "ssh://git@example.org/x.git",
                "ssh://git@example.org:22/~/x.git",
                "git@example.org:group/x.git",
                "example.org:x.git",
                "git://example.org/x",
                "file:///srv/git/x.git",
                "/srv/git/x.git"
            })
    void supportedAddressIsUnchanged(String url) throws Exception {
        GitAddress address = GitAddress.of(url);
        assertThat(address.text()).isEqualTo(url);
        assertThat(GitAddress.shown(url)).isEqualTo(url);
        assertThat(address.isLocal()).isEqualTo(url.startsWith("/") || url.startsWith("file:"));
        assertThat(address.loginVariables()).isEmpty();
        assertThat(address.loginConfiguration()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext::sh -c touch% /tmp/x",
                "fd::17,18/x",
                "transport::address",
                "http://example.org/x",
                "ftp://example.org/x",
                "HTTPS://example.org/x",
                "ssh://-oProxyCommand=touch/x",
                "ssh://-oProxyCommand=touch@example.org/x",
                "-oProxyCommand=x@example.org:x",
                "example.org:-x",
                "ssh://example.org/-x",
                "--upload-pack=touch /tmp/x",
                "file://example.org/x",
                "file://../x",
                "git://me@example.org/x",
                "https:///x",
                "https://exa mple.org/x",
                "relative/path",
                "..",
                "",
                "/srv/x\ny"
            })
    void unsupportedAddressIsRefused(String url) {
        assertThatThrownBy(() -> GitAddress.of(url))
                .isInstanceOf(FetchException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void httpIsRefusedWithHint() {
        assertThatThrownBy(() -> GitAddress.of("http://example.org/x")).hasMessageContaining("use https://");
    }

    @ParameterizedTest
    @CsvSource({
        "https://me:s3cret@example.org/x, https://example.org/x, me, s3cret",
        "https://s3cret@example.org/x, https://example.org/x, s3cret, ''",
        "https://me:s3%20%2Bcr@et+@example.org:1/x, https://example.org:1/x, me, s3 +cr@et+",
        "https://:s3cret@example.org/, https://example.org/, '', s3cret"
    })
    void httpsSecretsAreSeparated(String url, String text, String user, String password) throws Exception {
        GitAddress address = GitAddress.of(url);
        assertThat(address.text()).isEqualTo(text);
        assertThat(address).hasToString(text);
        assertThat(address.loginVariables()).isEqualTo(Map.of("FMF_GIT_USER", user, "FMF_GIT_PASSWORD", password));
        assertThat(address.loginConfiguration())
                .allSatisfy(setting -> assertThat(setting.getKey())
                        .startsWith("credential." + text.substring(0, text.lastIndexOf('/')) + "."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:s3cret@example.org/x",
                "ftp://me:s3cret@example.org/x",
                "https://me:s3c/s3cret@example.org/x",
                "https://example.org/x?private_token=s3cret",
                "https://me:s3cret@example.org/x#y",
                "https://me:s3cret%0a@example.org/x",
                "https://me:s3cret%zz@example.org/x",
                "https://me:s3cret\n@example.org/x",
                "https://me:s3cret@-bad-/x",
                "https://me:s3?cret@example.org/x",
                "https://me:s3cret/x",
                "ssh://me:s3cret@example.org/x",
                "me:s3cret@example.org:x",
                "git://me:s3cret@example.org/x",
                "ext::curl https://me:s3cret@example.org",
                "fd::s3cret"
            })
    void refusalsHideSecrets(String url) {
        assertThatThrownBy(() -> GitAddress.of(url)).satisfies(e -> {
            assertThat(e.toString()).doesNotContain("s3c");
            assertThat(e.getCause()).isNull();
        });
        assertThat(GitAddress.shown(url)).doesNotContain("s3c").doesNotContain("\n");
    }

    @Test
    void fileNamesAreUniqueAndHideSecrets() throws Exception {
        assertThat(GitAddress.of("https://me:s3cret@example.org/../a/x.git").readable())
                .isEqualTo("example.org_.._a_x.git");
        assertThat(GitAddress.of("/" + "long".repeat(100)).readable()).hasSizeLessThan(100);
        assertThat(GitAddress.of("/--x").readable()).isNotEmpty();
    }
}
