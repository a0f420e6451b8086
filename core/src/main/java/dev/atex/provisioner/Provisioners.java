package dev.atex.provisioner;

import dev.atex.internal.text.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The available kinds of provisioners. Immutable. */
public final class Provisioners {
    private final Map<String, ProvisionerFactory> factories;
    /** The same factories, by each word that selects one. */
    private final Map<String, ProvisionerFactory> byWord;

    private Provisioners(Map<String, ProvisionerFactory> factories, Map<String, ProvisionerFactory> byWord) {
        this.factories = Collections.unmodifiableMap(factories);
        this.byWord = Collections.unmodifiableMap(byWord);
    }

    /**
     * Returns all kinds that {@link ServiceLoader} finds.
     *
     * @throws InvalidOptionException if one of them cannot be loaded, or if two have the same kind
     */
    public static Provisioners load() throws InvalidOptionException {
        try {
            return of(ServiceLoader.load(ProvisionerFactory.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList());
        } catch (ServiceConfigurationError e) {
            throw new InvalidOptionException(
                    "a kind of provisioner on the class path cannot be loaded: " + e.getMessage());
        }
    }

    /** Returns the kinds of these factories. */
    public static Provisioners of(List<ProvisionerFactory> factories) throws InvalidOptionException {
        Map<String, ProvisionerFactory> byKind = new TreeMap<>();
        Map<String, ProvisionerFactory> byWord = new TreeMap<>();
        for (ProvisionerFactory factory : factories) {
            byKind.put(factory.kind(), factory);
            List<String> words = new ArrayList<>(factory.aliases());
            words.add(factory.kind());
            for (String word : words) {
                ProvisionerFactory other = byWord.put(word, factory);
                if (other != null) {
                    throw new InvalidOptionException("two provisioners are called '" + word + "': "
                            + other.getClass().getName() + " and "
                            + factory.getClass().getName());
                }
            }
        }
        return new Provisioners(byKind, byWord);
    }

    /** Returns the factories, ordered by kind. */
    public Collection<ProvisionerFactory> factories() {
        return factories.values();
    }

    /** Calls {@link ProvisionerFactory#absolute}; returns a specification of an unknown kind unchanged. */
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        ProvisionerFactory factory = byWord.get(spec.kind());
        return factory == null ? spec : factory.absolute(spec);
    }

    /** Calls {@link ProvisionerFactory#ofEach}; returns a specification of an unknown kind unchanged. */
    public List<ProvisionerSpec> ofEach(ProvisionerSpec spec) throws InvalidOptionException {
        ProvisionerFactory factory = byWord.get(spec.kind());
        return factory == null ? List.of(spec) : factory.ofEach(spec);
    }

    /**
     * Creates the provisioner of a specification; starts and reserves nothing yet.
     *
     * @throws InvalidOptionException if there is no such kind or option, or if a value is missing or wrong
     */
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return known(spec).create(spec, context);
    }

    /**
     * Checks a specification as {@link #create} does, but needs no secret.
     *
     * @throws InvalidOptionException if there is no such kind or option, or if a value is missing or wrong
     */
    public void check(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        known(spec).check(spec, context);
    }

    /** Returns the factory of the specification, after checking that it has all of its options. */
    private ProvisionerFactory known(ProvisionerSpec spec) throws InvalidOptionException {
        ProvisionerFactory factory = byWord.get(spec.kind());
        if (factory == null) {
            throw new InvalidOptionException("there is no provisioner '" + spec.kind() + "'"
                    + Suggestion.among(spec.kind(), factories.keySet()));
        }
        List<String> known =
                factory.options().stream().map(ProvisionerFactory.Option::name).toList();
        for (String option : spec.options().keySet()) {
            if (!known.contains(option)) {
                throw new InvalidOptionException("provisioner '" + spec.kind() + "' has no option '" + option + "'"
                        + Suggestion.among(option, known));
            }
        }
        return factory;
    }
}
