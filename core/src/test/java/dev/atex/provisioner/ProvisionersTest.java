package dev.atex.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.lease.LeaseLog;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisionersTest {
    private static final ProvisionerContext CONTEXT = new ProvisionerContext("test", LeaseLog.unrecorded());

    /** Fails with its kind and the word that the user gave. */
    private record Kind(String kind, List<String> aliases) implements ProvisionerFactory {
        @Override
        public String summary() {
            return kind;
        }

        @Override
        public List<Option> options() {
            return List.of();
        }

        @Override
        public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
            throw new InvalidOptionException(kind + " created for " + spec.kind());
        }
    }

    @Test
    void aliasSelectsTheKindAndIsListedOnce() throws Exception {
        Provisioners provisioners = Provisioners.of(List.of(new Kind("virt", List.of("libvirt", "tempvirt"))));
        assertThat(provisioners.factories()).hasSize(1);
        for (String word : List.of("virt", "libvirt", "tempvirt")) {
            assertThatThrownBy(() -> provisioners.create(ProvisionerSpec.parse(word), CONTEXT))
                    .hasMessage("virt created for " + word);
        }
    }

    @Test
    void aliasThatIsAnotherKindIsAnError() {
        assertThatThrownBy(() -> Provisioners.of(List.of(new Kind("a", List.of()), new Kind("b", List.of("a")))))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageStartingWith("two provisioners are called 'a'");
    }
}
