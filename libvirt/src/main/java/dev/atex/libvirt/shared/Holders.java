package dev.atex.libvirt.shared;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who holds the domains of a host, as a helper reports it. Immutable.
 *
 * @param byDomain {@link #FREE}, {@link #OURS}, the name of the holder, or a text in parentheses if that has no name
 */
record Holders(Map<String, String> byDomain) {
    static final String FREE = "(free)";
    /** Held by the helper that was asked. */
    static final String OURS = "(reserved for us)";

    Holders {
        byDomain = Map.copyOf(byDomain);
    }

    int free() {
        return count(FREE);
    }

    private int count(String holder) {
        return (int) byDomain.values().stream().filter(holder::equals).count();
    }

    /**
     * Returns whether a user of this name gives way to others, who may be waiting: it holds its part of the domains, and the
     * last one is free. The part is the number of domains divided by that of users; one other user is assumed if none is seen.
     */
    boolean givesWay(String name) {
        int held = count(name) + count(OURS);
        int part = Math.max(1, byDomain.size() / (Math.max(1, others(name).size()) + 1));
        return held >= part && free() <= 1;
    }

    /** Returns the names of other users that hold domains. */
    Set<String> others(String name) {
        Set<String> others = new TreeSet<>(byDomain.values());
        others.remove(FREE);
        others.remove(OURS);
        others.remove(name);
        return others;
    }
}
