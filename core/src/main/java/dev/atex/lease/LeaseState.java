package dev.atex.lease;

/** The states of a lease, in this order. */
public enum LeaseState {
    /** The resource was about to be created, and may exist. */
    INTEND("intend"),
    /** The resource was created. */
    HAVE("have"),
    /** The resource was being freed. */
    RELEASING("releasing"),
    /** The resource is verified to be gone, or was never created. */
    GONE("gone");

    private final String word;

    LeaseState(String word) {
        this.word = word;
    }

    /** Returns the word for it in ledgers. */
    public String word() {
        return word;
    }
}
