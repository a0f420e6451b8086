package dev.atex.cli.selection;

import java.util.Set;

/** The kinds of what is told of metadata, or refused, so that {@code --allow} can be checked; see docs/commands.md. */
final class FindingKinds {
    static final Set<String> ALL = Set.of(
            // refused
            "ansible",
            "archive",
            "command",
            "device",
            "disabled",
            "dist-git",
            "feature",
            "guest",
            "how",
            "import",
            "library",
            "multihost",
            "password",
            "provision",
            "url",
            // told
            "become",
            "destination",
            "empty-file",
            "empty-plan",
            "environment",
            "hardware",
            "interactive",
            "isolate",
            "keep-git-metadata",
            "kickstart",
            "machine",
            "no-match",
            "no-progress-bar",
            "no-script",
            "no-tests",
            "nothing-modified",
            "unselected",
            "off",
            "order",
            "path",
            "pattern",
            "prefix",
            "recommend",
            "ref",
            "report",
            "require",
            "restart-with-reboot",
            "sync-repo",
            "test",
            "tree",
            "unknown-key",
            "watchdog");

    private FindingKinds() {}
}
