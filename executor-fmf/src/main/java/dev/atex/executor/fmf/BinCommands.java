package dev.atex.executor.fmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The commands that tests find on the remote before others. */
final class BinCommands {
    /** Called by Beakerlib for the result of a phase. */
    static final String REPORT_RESULT = "atex-report-result";

    /** Called by Beakerlib for a file. */
    static final String SUBMIT_LOG = "atex-submit-log";

    private static final String REBOOT = "tmt-reboot";

    /** Name of each, and what it is made of. */
    private static final Map<String, String> TEXTS = Map.of(
            REPORT_RESULT,
            RemoteScripts.read("bin/" + REPORT_RESULT),
            SUBMIT_LOG,
            RemoteScripts.read("bin/" + SUBMIT_LOG),
            REBOOT,
            RemoteScripts.read("bin/" + REBOOT),
            "rhts-reboot",
            RemoteScripts.read("bin/" + REBOOT));

    private BinCommands() {}

    /** Writes them to {@code bin} in a directory. */
    static void writeTo(Path directory) throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        for (Map.Entry<String, String> command : TEXTS.entrySet()) {
            Path file = Files.writeString(bin.resolve(command.getKey()), command.getValue());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
