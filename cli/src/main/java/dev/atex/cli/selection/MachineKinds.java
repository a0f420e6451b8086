package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioners;
import org.jspecify.annotations.Nullable;

/** The kinds of machines that are installed. Thread-safe. */
public final class MachineKinds {
    private static volatile @Nullable Provisioners found;

    private MachineKinds() {}

    /**
     * Returns the kinds; they are searched for once.
     *
     * @throws UsageException the installation is broken
     */
    public static Provisioners all() throws UsageException {
        Provisioners known = found;
        if (known == null) {
            try {
                known = Provisioners.load();
            } catch (InvalidOptionException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
            found = known;
        }
        return known;
    }
}
