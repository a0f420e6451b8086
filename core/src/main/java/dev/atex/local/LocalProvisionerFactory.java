package dev.atex.local;

import dev.atex.local.process.LocalReclaimer;
import dev.atex.local.process.Means;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Creates provisioners from {@code local,max=N,contain=MEANS}. {@link java.util.ServiceLoader} finds it. */
public final class LocalProvisionerFactory implements ProvisionerFactory {
    private static final int MOST = 1_000_000;
    private static final String CONTAIN = "contain";
    private static final String AUTO = "auto";
    private static final String CHOICES =
            Arrays.stream(Means.values()).map(Means::word).collect(Collectors.joining(", "));

    /** For {@link java.util.ServiceLoader}. */
    public LocalProvisionerFactory() {}

    @Override
    public String kind() {
        return LocalReclaimer.KIND;
    }

    @Override
    public String summary() {
        return "This host itself; tests can see and disturb each other and everything else here.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("max", "N", "how many tests run here at a time (default 1)"),
                new Option(
                        CONTAIN,
                        "MEANS",
                        "what holds the processes of tests: auto (the default: the best that changes nothing for tests), "
                                + CHOICES));
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return LocalProvisioner.of(spec.integer("max", 1, 1, MOST), means(spec), context.leases(), context.notices());
    }

    private static Optional<Means> means(ProvisionerSpec spec) throws InvalidOptionException {
        String word = spec.text(CONTAIN).orElse(AUTO);
        if (word.equals(AUTO)) {
            return Optional.empty();
        }
        Optional<Means> means = Means.of(word);
        if (means.isEmpty()) {
            throw new InvalidOptionException("provisioner 'local': option 'contain' must be one of " + AUTO + ", "
                    + CHOICES + ", not '" + word + "'");
        }
        return means;
    }
}
