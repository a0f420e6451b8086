package dev.atex.provisioner;

import java.util.List;

/**
 * Creates provisioners of one kind from options given as text. {@link java.util.ServiceLoader} finds it, so that the
 * command line accepts every kind on the class path, including those of users.
 */
public interface ProvisionerFactory {

    /** Returns the word that selects it: {@code "local"}. */
    String kind();

    /** Returns other words that select it, such as earlier names. */
    default List<String> aliases() {
        return List.of();
    }

    /** Returns one sentence for the help that describes its machines. */
    String summary();

    /** Returns its options, in the order of the help. */
    List<Option> options();

    /**
     * Creates a provisioner; starts and reserves nothing yet.
     *
     * @param spec options already checked against {@link #options()} by name
     * @param context the run for which it creates machines
     * @throws InvalidOptionException if a value is missing or wrong
     */
    Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException;

    /**
     * Checks a specification without creating a provisioner: needs no secret and contacts no service.
     *
     * @param spec options already checked against {@link #options()} by name
     * @throws InvalidOptionException if a value is missing or wrong
     */
    default void check(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        create(spec, context);
    }

    /**
     * Returns the specification with absolute paths, for a process in another directory. Unchanged if the kind has no
     * options that are paths.
     */
    default ProvisionerSpec absolute(ProvisionerSpec spec) {
        return spec;
    }

    /**
     * Returns one specification for each machine, if machines exist already and may differ, such as the hosts of a list.
     * Returns the specification itself if machines are created, and all alike.
     *
     * @throws InvalidOptionException if a value is missing or wrong
     */
    default List<ProvisionerSpec> ofEach(ProvisionerSpec spec) throws InvalidOptionException {
        return List.of(spec);
    }

    /**
     * An option, for the help and for checks.
     *
     * @param name {@code "max"}
     * @param value placeholder of its value in the help, {@code "N"}
     * @param description one sentence, with the default
     */
    record Option(String name, String value, String description) {}
}
