package dev.atex.executor.fmf.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A phase of {@code prepare} or {@code finish} that is done: its {@code when} and {@code where} hold. */
public sealed interface Phase {
    /** {@code "default-0"} if the plan gives it none. */
    String name();

    /** Returns the order: phases run by it, the lowest first; 50 if the plan has none. */
    int order();

    /**
     * Scripts for bash, one after the other.
     *
     * @param repository what is cloned for them
     */
    record Scripts(String name, int order, List<String> scripts, Optional<Repository> repository) implements Phase {}

    /**
     * Packages to install.
     *
     * @param packages names, {@code /path}, {@code @group}, URLs of packages, files of the plan's tree that end in {@code .rpm}
     * @param copr repositories to enable before, {@code owner/project} or {@code @group/project}
     * @param exclude patterns of packages that are left out
     * @param directories of the plan's tree, whose packages are all installed
     * @param skipMissing what cannot be had is left out
     * @param checkFirst nothing is called when all is there
     */
    record Install(
            String name,
            int order,
            List<String> packages,
            List<String> copr,
            List<String> exclude,
            List<String> directories,
            boolean skipMissing,
            boolean checkFirst)
            implements Phase {}

    /**
     * Features of the distribution.
     *
     * @param features {@code epel} and {@code crb}: whether they are to be enabled
     */
    record Features(String name, int order, Map<String, Boolean> features) implements Phase {}

    /**
     * Playbooks of Ansible, run by the controller.
     *
     * @param playbooks paths from the root of the plan's tree, {@code file://} URLs, or names in collections
     * @param extraArguments for {@code ansible-playbook}
     */
    record Playbooks(String name, int order, List<String> playbooks, List<String> extraArguments) implements Phase {}

    /** A repository of git. */
    record Repository(String url, Optional<String> ref) {}
}
