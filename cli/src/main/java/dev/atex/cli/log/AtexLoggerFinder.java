package dev.atex.cli.log;

/**
 * Provides the loggers of the {@code atex} program. In other programs that have this class on their class path, the same loggers
 * pass everything on to {@code java.util.logging}, the JDK's default.
 */
public final class AtexLoggerFinder extends System.LoggerFinder {
    /** Called by the JDK when the first logger is asked for. */
    public AtexLoggerFinder() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new AtexLogger(name);
    }
}
