package dev.atex.libvirt.virsh;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes a stream into a volume by {@code vol-upload}. */
public final class Upload {
    private static final int CHUNK = 256 << 10;

    private Upload() {}

    /**
     * Writes the whole stream into an existing volume. The caller closes the stream; that also ends a read that blocks.
     *
     * @throws IOException if the stream fails
     * @throws VirshException if the upload fails, or has not ended at the deadline
     */
    public static void run(Virsh virsh, String pool, String volume, InputStream content, Deadline deadline)
            throws IOException, VirshException, InterruptedException {
        ProcessBuilder builder = virsh.builder(
                        virsh.command(List.of("vol-upload", "--pool=" + pool, "--vol=" + volume, "--file=/dev/stdin")))
                .redirectErrorStream(true);
        Process process;
        try {
            process = ProcessLauncher.start(builder);
        } catch (IOException e) {
            throw new VirshException(Failure.NO_PROGRAM, "cannot call 'virsh vol-upload': " + e.getMessage(), e);
        }
        try {
            CompletableFuture<Optional<IOException>> fed = new CompletableFuture<>();
            CompletableFuture<String> printed = new CompletableFuture<>();
            // not virtual threads: only the end of the process ends a blocked read or write of a pipe
            Thread.ofPlatform().daemon().name("upload").start(() -> fed.complete(feed(content, process)));
            Thread.ofPlatform().daemon().name("output of upload").start(() -> printed.complete(output(process)));
            if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new VirshException(
                        Failure.TIMEOUT, "'virsh vol-upload' at " + virsh.host() + " did not end in time");
            }
            boolean whole = process.exitValue() == 0;
            if (whole || fed.isDone()) {
                Optional<IOException> failure = fed.get();
                if (failure.isPresent()) {
                    throw failure.get();
                }
            }
            if (!whole) {
                throw virsh.failed("virsh vol-upload", process.exitValue(), printed.get(1, TimeUnit.MINUTES));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Returns the failure of the stream; not that of the process, which its own messages explain. */
    private static Optional<IOException> feed(InputStream content, Process process) {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream to = process.getOutputStream()) {
            while (true) {
                int n;
                try {
                    n = content.read(chunk);
                } catch (IOException e) {
                    return Optional.of(e);
                }
                if (n < 0) {
                    return Optional.empty();
                }
                to.write(chunk, 0, n);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String output(Process process) {
        try (InputStream from = process.getInputStream()) {
            return new String(from.readNBytes(CHUNK), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
