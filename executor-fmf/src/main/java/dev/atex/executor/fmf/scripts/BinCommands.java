package dev.atex.executor.fmf.scripts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The commands that tests find on the remote before others. */
public final class BinCommands {
    /** Called by Beakerlib for the result of a phase. */
    public static final String REPORT_RESULT = "atex-report-result";

    /** Called by Beakerlib for a file. */
    public static final String SUBMIT_LOG = "atex-submit-log";

    /** Beside {@code bin}, which belongs to scripts of plans. */
    public static final String DIRECTORY = "commands";

    private static final String REBOOT = "tmt-reboot";
    private static final String REPORT = "tmt-report-result";
    private static final String SUBMIT = "tmt-file-submit";
    private static final String ABORT = "tmt-abort";

    /** Each name, and the program that it is. */
    private static final Map<String, String> PROGRAMS = Map.ofEntries(
            Map.entry(REPORT_RESULT, REPORT_RESULT),
            Map.entry(SUBMIT_LOG, SUBMIT_LOG),
            Map.entry(REBOOT, REBOOT),
            Map.entry("rstrnt-reboot", REBOOT),
            Map.entry("rhts-reboot", REBOOT),
            Map.entry(REPORT, REPORT),
            Map.entry("rstrnt-report-result", REPORT),
            Map.entry("rhts-report-result", REPORT),
            Map.entry(SUBMIT, SUBMIT),
            Map.entry("rstrnt-report-log", SUBMIT),
            Map.entry("rhts-submit-log", SUBMIT),
            Map.entry("rhts_submit_log", SUBMIT),
            Map.entry(ABORT, ABORT),
            Map.entry("rstrnt-abort", ABORT),
            Map.entry("rhts-abort", ABORT));

    private BinCommands() {}

    /** Writes them below a directory. */
    public static void writeTo(Path directory) throws IOException {
        Path bin = Files.createDirectory(directory.resolve(DIRECTORY));
        for (Map.Entry<String, String> command : PROGRAMS.entrySet()) {
            Path file =
                    Files.writeString(bin.resolve(command.getKey()), RemoteScripts.read("bin/" + command.getValue()));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
