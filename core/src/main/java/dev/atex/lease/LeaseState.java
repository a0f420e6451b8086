package dev.atex.lease;

/** How far a lease came, in this order. */
public enum LeaseState {
    /** It may exist: it was about to be made. */
    INTEND("intend"),
    /** It was made. */
    HAVE("have"),
    /** It was being freed. */
    RELEASING("releasing"),
    /** It is verified to be gone, or was never made. */
    GONE("gone");

    private final String word;

    LeaseState(String word) {
        this.word = word;
    }

    /** The word for it in ledgers. */
    public String word() {
        return word;
    }
}
