package dev.atex.libvirt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs one class at a time, in all JVMs: for classes that boot machines of the testbed. Each machine needs a processor and 230
 * MB, and some tests look at all machines.
 */
public final class MachinesAlone implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path file =
                Path.of(System.getProperty("java.io.tmpdir"), "atex-virt-" + System.getProperty("user.name") + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock(); // until the context closes it
        context.getStore(ExtensionContext.Namespace.create(MachinesAlone.class))
                .put("lock", (AutoCloseable) channel::close);
    }
}
