package dev.atex.cli.virt;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.libvirt.ImageStore;
import dev.atex.libvirt.VirtAddress;
import dev.atex.libvirt.virsh.VirshException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt import}: adds an image to a pool. */
final class VirtImportCommand extends VirtCall {
    private static final Opt<Optional<String>> NAME =
            Opt.one("IMAGE", "The name of the image (default: that of the file).", "-n", "--name");
    private static final Opt<Optional<ImageStore.Checksum>> CHECKSUM = Opt.one(
            "ALGORITHM:HEX",
            "The expected checksum, as sha256:... or sha512:...; another one is an error.",
            VirtImportCommand::checksum,
            "--checksum");
    private static final Opt<Optional<Duration>> TIMEOUT =
            Opt.one("TIME", "How long the import may take (default 1h).", Options::duration, "--timeout");

    private static ImageStore.Checksum checksum(String option, String text) throws UsageException {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.matches("sha256:[0-9a-f]{64}")) {
            return new ImageStore.Checksum("SHA-256", lower.substring("sha256:".length()));
        }
        if (lower.matches("sha512:[0-9a-f]{128}")) {
            return new ImageStore.Checksum("SHA-512", lower.substring("sha512:".length()));
        }
        throw new UsageException(
                option + " '" + text + "': it must be sha256: and 64 hexadecimal digits, or sha512: and 128 of them");
    }

    @Override
    public String name() {
        return "import";
    }

    @Override
    public String summary() {
        return "Add a cloud image to a pool, from a file or URL.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeAddress(spec);
        Opt.addAll(spec, NAME, CHECKSUM, TIMEOUT, JSON);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE|URL")
                .arity("1")
                .type(String.class)
                .description("A qcow2 or raw image: a file of this host, or a URL of http or https.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Uploads the image through libvirt, also to another host. It appears under its name only when it is complete "
                                + "and its checksum is right; 'atex reap' removes what a killed import has left. An image with a "
                                + "backing file is refused. Prints the SHA-256 of the image, if --checksum names no other.",
                        "",
                        "Examples:",
                        "  atex virt import debian-13-genericcloud-amd64.qcow2",
                        "  atex virt import -n f42.qcow2 --checksum sha256:e401... https://example.org/Fedora.qcow2",
                        "  atex virt import -c qemu+ssh://root@vmhost/system --pool ci f42.qcow2");
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws UsageException {
        VirtAddress address = address(options);
        String from = options.matchedPositionalValue(0, "");
        if (from.isEmpty()) {
            throw new UsageException("FILE|URL is missing: the image to add to the pool");
        }
        String name = image(NAME, NAME.of(options).orElse(ImageSource.lastPart(from)));
        Optional<ImageStore.Checksum> checksum = CHECKSUM.of(options);
        Deadline deadline = Deadline.after(TIMEOUT.of(options).orElse(Duration.ofHours(1)));
        boolean json = JSON.of(options);
        LeasedTask work = new LeasedTask(terminal);
        return work.run(() -> {}, () -> {}, () -> {
            try {
                ImageStore store = ImageStore.open(address, deadline);
                store.checkFree(name, deadline); // before anything is downloaded
                ImageStore.Added added = add(store, from, name, checksum, work, terminal, deadline);
                report(added, json, terminal);
                return ExitCode.OK;
            } catch (VirshException e) {
                return failed(e, terminal);
            } catch (LeaseException e) {
                complain(String.valueOf(e.getMessage()), terminal);
                return ExitCode.INFRASTRUCTURE;
            } catch (IOException e) {
                complain("cannot import " + from + ": " + ErrorText.of(e), terminal);
                return ExitCode.INFRASTRUCTURE;
            }
        });
    }

    private static ImageStore.Added add(
            ImageStore store,
            String from,
            String name,
            Optional<ImageStore.Checksum> checksum,
            LeasedTask work,
            Terminal terminal,
            Deadline deadline)
            throws IOException, VirshException, LeaseException, UsageException, InterruptedException {
        try (ImageSource source = ImageSource.open(from, terminal.environment())) {
            String size =
                    source.length().isPresent() ? " (" + size(source.length().getAsLong()) + ")" : "";
            new Notices(terminal).accept("uploading " + from + size);
            UploadProgress progress = new UploadProgress(source.stream(), source.length(), terminal);
            try {
                return store.add(name, progress, checksum, work.leases(), deadline);
            } finally {
                progress.clear();
            }
        }
    }

    private static void report(ImageStore.Added added, boolean json, Terminal terminal) {
        String algorithm = added.checksum().algorithm().replace("-", "").toLowerCase(Locale.ROOT);
        if (json) {
            Map<String, Object> object = VirtImagesCommand.object(added.image());
            object.put("checksum", algorithm + ":" + added.checksum().hex());
            terminal.json(object);
        } else {
            new Notices(terminal)
                    .accept("imported image '" + added.image().name() + "': "
                            + added.image().format() + ", a disk of "
                            + size(added.image().size()) + ", " + algorithm + ":"
                            + added.checksum().hex());
        }
    }
}
