package dev.atex.testingfarm.log;

import dev.atex.provisioner.ProvisionerContext;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A copy of the log of a request in the run directory, as far as it was read. A write error is reported once, and does not fail the
 * machine. Used by one thread at a time.
 */
public final class KeptLog {
    /** Request ids that are safe as file names. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final ProvisionerContext context;
    private final Optional<Path> file;
    private boolean failed;

    public KeptLog(ProvisionerContext context, String machine, String request) {
        this.context = context;
        file = context.records()
                .filter(_ -> NAME.matcher(request).matches())
                .map(directory -> directory.resolve(machine + "-" + request + ".log"));
    }

    /** Appends a piece of the log. */
    void take(byte[] bytes) {
        if (file.isEmpty() || failed) {
            return;
        }
        Path path = file.get();
        try {
            Files.createDirectories(path.getParent());
            try (FileOutputStream out = new FileOutputStream(path.toFile(), true)) {
                out.write(bytes);
            }
        } catch (IOException e) {
            failed = true;
            context.notices().accept("cannot write the log of a request to " + path + ": " + e.getMessage());
        }
    }
}
