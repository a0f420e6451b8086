package dev.atex.libvirt.shared;

import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Path;

/**
 * A run in a process of its own, to be killed: reserves a machine, prints the domain, releases it at the end of standard
 * input. Arguments: state directory, specification of the provisioner.
 */
final class ControllerProcess {
    private ControllerProcess() {}

    public static void main(String[] args) throws Exception {
        StateDirectory state = new StateDirectory(Path.of(args[0]));
        ProvisionerSpec spec = ProvisionerSpec.parse(args[1]);
        try (Ledger ledger = Ledger.create(state, RunOwner.current("killed", state.path()))) {
            SharedHost host = new SharedHost(
                    spec, SharedSettings.of(spec), StandInHost.FAST, new ProvisionerContext("killed", ledger));
            try (SharedReservation machine = new SharedReservation("one", host)) {
                machine.reserve();
                System.out.println(machine.domain().orElseThrow());
                int _ = System.in.read();
            }
        }
        System.exit(0); // threads of the SSH client
    }
}
