package dev.atex.testingfarm.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogTest {
    @TempDir
    private Path directory;

    private final List<String> notices = new ArrayList<>();

    private KeptLog log(Path records, String request) {
        ProvisionerContext context =
                new ProvisionerContext("run", LeaseLog.unrecorded(), notices::add, Optional.of(records));
        return new KeptLog(context, "testingfarm-1", request);
    }

    @Test
    void fileHasAllBytesOfLog() throws Exception {
        KeptLog log = log(directory.resolve("machines"), "0b7a1c9e");
        log.take(new byte[] {'a', 0x1b, (byte) 0xff});
        log.take(new byte[] {'\n'});
        assertThat(directory.resolve("machines/testingfarm-1-0b7a1c9e.log"))
                .hasBinaryContent(new byte[] {'a', 0x1b, (byte) 0xff, '\n'});
        assertThat(notices).isEmpty();
    }

    @Test
    void unsafeRequestIdCreatesNoFile() throws Exception {
        for (String name : List.of("../../x", "/etc/x", "a\0b", "", "x".repeat(65))) {
            log(directory, name).take(new byte[1]);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void writeErrorIsReportedOnce() throws Exception {
        KeptLog log = log(Files.createFile(directory.resolve("file")), "0b7a1c9e");
        log.take(new byte[1]);
        log.take(new byte[1]);
        assertThat(notices).singleElement().asString().contains("cannot write the log of a request to");
    }
}
