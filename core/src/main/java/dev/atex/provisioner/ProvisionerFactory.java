package dev.atex.provisioner;

import java.util.List;

/**
 * Makes provisioners of one kind from options given as text. Found with {@link java.util.ServiceLoader}, so that the
 * command line takes every kind that is on the class path, a user's own included.
 */
public interface ProvisionerFactory {

    /** The word that selects it: {@code "local"}. */
    String kind();

    /** One sentence for the help: what machines it gives. */
    String summary();

    /** The options it understands, in the order in which the help shows them. */
    List<Option> options();

    /**
     * Makes a provisioner; nothing is started or reserved yet.
     *
     * @param spec options already checked against {@link #options()} by name
     * @param context the run for which machines are made
     * @throws InvalidOptionException a value is missing or wrong
     */
    Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException;

    /**
     * Sees whether a specification is right, for a run that is only talked about: nobody is asked, and no secret is needed.
     *
     * @param spec options already checked against {@link #options()} by name
     * @throws InvalidOptionException a value is missing or wrong
     */
    default void check(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        create(spec, context);
    }

    /**
     * The same specification as somebody who reads it in another directory must have it: with absolute paths. As it is, for
     * a kind without options that are paths.
     */
    default ProvisionerSpec absolute(ProvisionerSpec spec) {
        return spec;
    }

    /**
     * One specification for each machine that is there already and may be in a state of its own, such as the hosts of a list. The
     * specification itself for a kind whose machines are made, all alike.
     *
     * @throws InvalidOptionException a value is missing or wrong
     */
    default List<ProvisionerSpec> ofEach(ProvisionerSpec spec) throws InvalidOptionException {
        return List.of(spec);
    }

    /**
     * An option, for help and checks.
     *
     * @param name {@code "max"}
     * @param value what stands for its value in the help, {@code "N"}
     * @param description one sentence, with the default
     */
    record Option(String name, String value, String description) {}
}
