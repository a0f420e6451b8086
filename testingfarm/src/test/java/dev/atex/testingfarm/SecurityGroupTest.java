package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.atex.internal.json.Json;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.options.ArtifactsOption;
import dev.atex.testingfarm.options.IpRange;
import dev.atex.testingfarm.options.SecurityGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityGroupTest {
    private static SecurityGroup of(String options) throws Exception {
        return SecurityGroup.of(ProvisionerSpec.parse("testingfarm" + options));
    }

    @Test
    void addressesAndRangesAreParsed() throws Exception {
        assertThat(of(",address=192.0.2.7;198.51.100.0/24;2001:db8::7;2001:db8::/32")
                        .addresses())
                .extracting(IpRange::toString)
                .containsExactly(
                        "192.0.2.7/32", "198.51.100.0/24", "2001:db8:0:0:0:0:0:7/128", "2001:db8:0:0:0:0:0:0/32");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "1.2.3.4/33",
                "1.2.3.4/24",
                "localhost",
                "2001:db8::x",
                "::/129",
                "1.2.3.4/",
                "1.2.3.4/32/32",
                "fe80::1%lo"
            })
    void invalidAddressIsExplained(String wrong) {
        assertThatThrownBy(() -> of(",address=" + wrong))
                .hasMessageContaining("'" + wrong + "'")
                .hasMessageContaining("address=192.0.2.7;198.51.100.0/24");
    }

    @Test
    void ingressAndEgressRulesAreParsed() throws Exception {
        SecurityGroup network =
                of(",ingress=tcp:198.51.100.0/24:22;udp:2001:db8::/32:1000-2000,egress=-1:0.0.0.0/0:-1");
        String json = Json.write(
                network.provisioning(List.of(IpRange.parse("192.0.2.7").orElseThrow())));
        assertThat(json)
                .isEqualTo(
                        "{\"security_group_rules_ingress\":["
                                + "{\"type\":\"ingress\",\"protocol\":\"-1\",\"cidr\":\"192.0.2.7/32\",\"port_min\":0,\"port_max\":65535},"
                                + "{\"type\":\"ingress\",\"protocol\":\"tcp\",\"cidr\":\"198.51.100.0/24\",\"port_min\":22,\"port_max\":22},"
                                + "{\"type\":\"ingress\",\"protocol\":\"udp\",\"cidr\":\"2001:db8:0:0:0:0:0:0/32\",\"port_min\":1000,\"port_max\":2000}],"
                                + "\"security_group_rules_egress\":["
                                + "{\"type\":\"egress\",\"protocol\":\"-1\",\"cidr\":\"0.0.0.0/0\",\"port_min\":0,\"port_max\":65535}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ip:1.2.3.4:22", "tcp:1.2.3.4:99999", "tcp:1.2.3.4:9-1", "tcp:here:22"})
    void invalidRulesAreExplained(String wrong) {
        assertThatThrownBy(() -> of(",egress=" + wrong)).hasMessageContaining("PROTOCOL:RANGE:PORTS");
    }

    private static HttpServer service(int status, String text) throws IOException {
        return service(status, text, "");
    }

    private static HttpServer service(int status, String text, String location) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void nextAddressServiceIsAskedAfterFailure() throws Exception {
        HttpServer broken = service(500, "192.0.2.1");
        HttpServer page = service(200, "<html>192.0.2.2</html>");
        HttpServer range = service(200, "192.0.2.0/24");
        HttpServer endless = service(200, "192.0.2.4" + " ".repeat(5000));
        HttpServer right = service(200, "2001:db8::7\n");
        HttpServer never = service(200, "192.0.2.3");
        try {
            List<IpRange> found = OwnAddress.ask(
                    List.of(uri(broken), uri(page), uri(range), uri(endless), uri(right), uri(never)), Network.DIRECT);
            assertThat(found).isEqualTo(List.of(IpRange.parse("2001:db8::7").orElseThrow()));
            List<String> problems = new ArrayList<>();
            assertThat(OwnAddress.told(List.of(uri(broken), uri(page)), Network.DIRECT, problems))
                    .isEmpty();
            assertThat(problems)
                    .containsExactly(
                            uri(broken) + ": the answer is 500 without an address",
                            uri(page) + ": the answer is 200 without an address");
        } finally {
            List.of(broken, page, range, endless, right, never).forEach(server -> server.stop(0));
        }
    }

    @Test
    void addressServiceMayRedirect() throws Exception {
        HttpServer right = service(200, "192.0.2.7");
        HttpServer moved = service(302, "", uri(right).toString());
        try {
            assertThat(OwnAddress.ask(List.of(uri(moved)), Network.DIRECT))
                    .isEqualTo(List.of(IpRange.parse("192.0.2.7").orElseThrow()));
        } finally {
            List.of(right, moved).forEach(server -> server.stop(0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,true",
        "8.8.8.8,true",
        "127.0.0.1,false",
        "10.1.2.3,false",
        "172.16.0.1,false",
        "192.168.1.1,false",
        "169.254.1.1,false",
        "100.64.0.1,false",
        "100.127.255.255,false",
        "100.128.0.1,true",
        "100.63.0.1,true",
        "0.0.0.0,false",
        "224.0.0.1,false",
        "2001:db8::7,true",
        "::1,false",
        "fe80::1,false",
        "fd00::1,false",
        "fc00::1,false",
        "ff02::1,false"
    })
    void privateAddressesOfHostAreIgnored(String address, boolean isPublic) {
        assertThat(OwnAddress.isPublic(InetAddress.ofLiteral(address))).isEqualTo(isPublic);
    }

    @Test
    void artifactOptionsAreParsed() throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse(
                "testingfarm,artifacts=fedora-koji-build:123 install=false order=40 packages=a+b;repository:https://e.org/x?y");
        assertThat(Json.write(ArtifactsOption.of(spec)))
                .isEqualTo(
                        "[{\"type\":\"fedora-koji-build\",\"id\":\"123\",\"install\":false,\"order\":40,\"packages\":[\"a\",\"b\"]},"
                                + "{\"type\":\"repository\",\"id\":\"https://e.org/x?y\"}]");
        assertThatThrownBy(() -> ArtifactsOption.of(ProvisionerSpec.parse("testingfarm,artifacts=a:1 instal=true")))
                .hasMessageContaining("install=true, install=false, order=NUMBER or packages=A+B");
    }

    @Test
    void loginCommandIsQuotedForShell() {
        assertThat(LoginLine.shell(LoginLine.of(
                        dev.atex.connection.ssh.config.SshOptions.defaults()
                                .withIdentity(java.nio.file.Path.of("/tmp/my keys/it's"))
                                .withPort(2222),
                        "root@192.0.2.1")))
                .isEqualTo("ssh -i '/tmp/my keys/it'\\''s' -o IdentitiesOnly=yes -o StrictHostKeyChecking=no"
                        + " -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR"
                        + " -p 2222 root@192.0.2.1");
    }

    @Test
    void budgetIsUsedUp() {
        Budget budget = new Budget(java.util.OptionalInt.of(2));
        budget.begin("a", System.nanoTime() - 61_000_000_000L);
        assertThat(budget.isUsedUp()).isFalse();
        budget.begin("b", System.nanoTime() - 61_000_000_000L);
        assertThat(budget.isUsedUp()).isTrue();
        budget.end("a");
        budget.end("a");
        assertThat(budget.isUsedUp()).isTrue();
        assertThat(budget).hasToString("3 machine-minutes on 2 machines, of 2");
        assertThat(new Budget(java.util.OptionalInt.empty()).isUsedUp()).isFalse();
        assertThat(budget.machines()).isEqualTo(2);
    }
}
