package dev.atex.testingfarm.log;

import dev.atex.provisioner.ProvisionerContext;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The log of a request as a file among the records of the run, as far as it was read, byte by byte. Where it cannot be written that
 * is told, once: no machine is lost by it. Used by one thread at a time.
 */
public final class KeptLog {
    /** A service may call a request anything. */
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

    /** Appends what was read. */
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
            context.notices().accept("the log of a request cannot be kept in " + path + ": " + e.getMessage());
        }
    }
}
