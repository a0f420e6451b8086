package dev.atex.cli;

import java.util.Set;

/** The kinds of what is told of metadata, or refused, so that {@code --allow} can be checked; see docs/commands.md. */
final class Kinds {
    static final Set<String> ALL = Set.of(
            // refused
            "ansible",
            "archive",
            "command",
            "device",
            "disabled",
            "dist-git",
            "feature",
            "how",
            "library",
            "multihost",
            "password",
            "provision",
            "url",
            // told
            "machine",
            "order",
            "recommend",
            "tree",
            "unknown-key");

    private Kinds() {}
}
