package dev.atex.connection;

/** A machine can be reached, but not be used, and a retry will not help: it has no {@code tar}, or sudo asks for a password. */
public class MachineUnfitException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the machine, what was tried, why it failed, and what to do. */
    public MachineUnfitException(String message) {
        super(message);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
