package dev.atex.cli.shvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShvirtReservationsCommandTest {
    @Test
    void numbersInNamesAreOrderedByValue() {
        assertThat(Stream.of("vm10", "vm2", "a", "vm02", "vm1x", "vm1", "10", "9")
                        .sorted(ShvirtReservationsCommand.natural()))
                .containsExactly("9", "10", "a", "vm1", "vm1x", "vm02", "vm2", "vm10");
    }

    @Test
    void optionsOfHelperMayPrecedeSubcommand() {
        ShvirtCommand command = new ShvirtCommand();
        assertThat(command.ordered(List.of("--helper-host", "h", "--helper-port=22", "virsh", "list", "--all")))
                .containsExactly("virsh", "--helper-host", "h", "--helper-port=22", "list", "--all");
        assertThat(command.ordered(List.of("--helper-localhost", "reservations")))
                .containsExactly("reservations", "--helper-localhost");
        assertThat(command.ordered(List.of("virsh", "--helper-host", "h", "list")))
                .containsExactly("virsh", "--helper-host", "h", "list");
        assertThat(command.ordered(List.of("--helper-host"))).containsExactly("--helper-host");
    }
}
