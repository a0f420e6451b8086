package dev.atex.libvirt.install;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process of virt-install, which waits until the domain has shut itself off. It runs below a shell that waits for the end of
 * our pipe and kills it then. So it ends with this process, however that ends; the domain does not.
 */
public final class VirtInstall {
    private static final String SCRIPT = """
            exec 3<&0 0</dev/null
            "$@" 3<&- &
            pid=$!
            exec >/dev/null 2>&1
            read -r _ <&3
            kill "$pid"
            wait "$pid"
            exit $?
            """;

    private static final String NAME = "atex-virt-install";
    private static final int KEPT = 64 << 10;
    private static final int NOT_FOUND = 127;

    private VirtInstall() {}

    /**
     * Runs virt-install until the installation has ended.
     *
     * @param program the name or path of virt-install
     * @param directory the directory with the files that it injects
     * @param output receives what it prints
     * @throws InstallException if it fails, or has not ended at the deadline
     */
    public static void run(
            String program, Virsh virsh, Path directory, List<String> arguments, OutputStream output, Deadline deadline)
            throws InstallException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, NAME, program));
        virsh.uri().ifPresent(uri -> command.addAll(List.of("--connect", uri)));
        command.addAll(arguments);
        Process process;
        try {
            process = ProcessLauncher.start(
                    virsh.builder(command).directory(directory.toFile()).redirectErrorStream(true));
        } catch (IOException e) {
            throw new InstallException("cannot start virt-install: " + e.getMessage());
        }
        try {
            Copy copy = new Copy(process, output);
            // only the end of the process ends a blocked read of a pipe
            Thread.ofPlatform().daemon().name("output of virt-install").start(copy);
            if (!copy.ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new InstallException("the installation did not end in time");
            }
            process.getOutputStream().close();
            int code = process.waitFor();
            if (code == NOT_FOUND) {
                throw new InstallException("there is no program '" + program
                        + "' here: install it (Debian: virtinst, Fedora: virt-install), or name it with --program");
            }
            if (code != 0) {
                throw new InstallException("virt-install exited with " + code + copy.end());
            }
        } catch (IOException e) {
            throw new InstallException("virt-install: " + e.getMessage());
        } finally {
            try {
                process.getOutputStream().close(); // the shell kills it
            } catch (IOException e) {
                process.destroy();
            }
        }
    }

    /** Returns the processes on this host that install the domain with this UUID, of this run or a dead one. */
    public static List<ProcessHandle> processes(String uuid) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().arguments().stream().flatMap(Stream::of).anyMatch(("uuid=" + uuid)::equals))
                .toList();
    }

    /**
     * Ends these processes.
     *
     * @throws VirshException if one of them is still running at the deadline
     */
    public static void end(String uuid, Deadline deadline) throws VirshException, InterruptedException {
        for (ProcessHandle process : processes(uuid)) {
            process.destroyForcibly();
            try {
                process.onExit().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new VirshException(
                        Failure.TIMEOUT, "process " + process.pid() + " of virt-install does not end", e);
            }
        }
    }

    /** Passes the output on, and keeps its end. */
    private static final class Copy implements Runnable {
        private final Process process;
        private final OutputStream output;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Copy(Process process, OutputStream output) {
            this.process = process;
            this.output = output;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[KEPT];
            try (InputStream from = process.getInputStream()) {
                for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                    output.write(chunk, 0, n);
                    output.flush();
                    if (kept.size() > KEPT) {
                        kept.reset();
                    }
                    kept.write(chunk, 0, n);
                }
            } catch (IOException e) {
                kept.writeBytes(("\n" + e.getMessage()).getBytes(StandardCharsets.UTF_8));
            } finally {
                ended.countDown();
            }
        }

        /** Returns the rest of a message with the last line. */
        String end() {
            return kept.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((_, last) -> last)
                    .map(last -> ": " + last.strip())
                    .orElse("");
        }
    }
}
