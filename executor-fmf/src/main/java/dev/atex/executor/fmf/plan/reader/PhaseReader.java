package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.shell.WordSplitter;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.executor.fmf.trees.TreePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the steps {@code prepare} and {@code finish}. */
public final class PhaseReader {
    private final PlanScope scope;

    public PhaseReader(PlanScope scope) {
        this.scope = scope;
    }

    /** Returns the active phases, in their order. */
    public List<Phase> read(Map<String, @Nullable Object> plan, String step) throws DiscoveryException {
        List<Phase> phases = new ArrayList<>();
        for (PhaseData phase : scope.phases(plan, step)) {
            int order = phase.order();
            if (!phase.isActive()) {
                continue;
            }
            Optional<String> how = phase.how("shell");
            if (how.isEmpty()) {
                continue;
            }
            phase.checkKeys(how.get());
            switch (how.get()) {
                case "shell" -> scripts(phase, order).ifPresent(phases::add);
                case "install" -> phases.add(install(phase, order));
                case "feature" -> phases.add(features(phase, order));
                case "ansible" -> phases.add(playbooks(phase, order));
                default -> throw new IllegalStateException("a known way is not read: " + how.get());
            }
        }
        phases.sort(Comparator.comparingInt(Phase::order));
        return phases;
    }

    private Optional<Phase> scripts(PhaseData phase, int order) throws DiscoveryException {
        List<String> scripts = phase.scripts("script");
        if (scripts.isEmpty()) {
            phase.note("no-script", "script", phase.described() + " has no 'script' and does nothing");
            return Optional.empty();
        }
        Optional<String> ref = phase.address("ref");
        Optional<Phase.Repository> repository = phase.address("url").map(url -> new Phase.Repository(url, ref));
        if (repository.isPresent()) {
            try {
                Libraries.checkAccess(new FetchedTrees.Place(repository.get().url(), ref, ""), scope.trusted());
            } catch (DiscoveryException e) {
                throw phase.mistake("url", "url: " + e.getMessage());
            }
        }
        return Optional.of(new Phase.Scripts(phase.name(), order, scripts, repository));
    }

    private static Phase install(PhaseData phase, int order) throws DiscoveryException {
        String missing = phase.text("missing").orElse("fail");
        if (!missing.equals("fail") && !missing.equals("skip")) {
            throw phase.mistake("missing", "missing: expected 'fail' or 'skip', not '" + missing + "'");
        }
        List<String> directories = phase.strings("directory");
        for (String directory : directories) {
            if (!TreePath.isInside(directory)) {
                throw phase.mistake("directory", "directory: '" + directory + "' leads out of the tree");
            }
        }
        List<String> packages = phase.strings("package");
        for (String name : packages) {
            if (name.isBlank()) {
                throw phase.mistake("package", "package: '" + name + "' is not a valid package name");
            }
        }
        return new Phase.Install(
                phase.name(),
                order,
                packages,
                phase.strings("copr"),
                phase.strings("exclude"),
                directories,
                missing.equals("skip"),
                !phase.has("check-first") || phase.flag("check-first"));
    }

    private static Phase features(PhaseData phase, int order) throws DiscoveryException {
        Map<String, Boolean> features = new LinkedHashMap<>();
        for (String key : List.of("epel", "crb")) {
            Optional<String> value = phase.text(key);
            if (value.isPresent()) {
                features.put(key, isEnabled(phase, key, value.get()));
            }
        }
        Optional<String> fips = phase.text("fips");
        if (fips.isPresent()) {
            if (!isEnabled(phase, "fips", fips.get())) {
                throw phase.mistake("fips", "fips: it can only be enabled");
            }
            phase.refuse("feature", "fips", phase.described() + " has 'fips: enabled', which is not supported");
        }
        if (phase.has("profile")) {
            phase.refuse("feature", "profile", phase.described() + " has a 'profile', which is not supported");
        }
        return new Phase.Features(phase.name(), order, features);
    }

    private static boolean isEnabled(PhaseData phase, String key, String value) throws DiscoveryException {
        return switch (value) {
            case "enabled" -> true;
            case "disabled" -> false;
            default -> throw phase.mistake(key, key + ": expected 'enabled' or 'disabled', not '" + value + "'");
        };
    }

    private Phase playbooks(PhaseData phase, int order) throws DiscoveryException {
        if (!scope.trusted()) {
            phase.refuse(
                    Ansible.KIND,
                    "how",
                    phase.described()
                            + " runs playbooks on this host, and the plan comes from another repository: --allow "
                            + Ansible.KIND + " leaves them out");
        }
        List<String> playbooks = new ArrayList<>(phase.strings("playbook"));
        playbooks.addAll(phase.strings("playbooks"));
        if (playbooks.isEmpty()) {
            throw phase.mistake("playbook", "playbook: there is none");
        }
        List<String> taken = new ArrayList<>();
        for (String playbook : playbooks) {
            if (playbook.startsWith("http://") || playbook.startsWith("https://")) {
                phase.refuse("url", "playbook", phase.described() + " has a playbook with a URL, which is not fetched");
            } else if (playbook.startsWith("file://") && !scope.trusted()) {
                throw phase.mistake(
                        "playbook",
                        "playbook: '" + playbook + "' is a file of this host, which a fetched tree must not name");
            } else if (!playbook.startsWith("file://") && !TreePath.isInside(playbook)) {
                throw phase.mistake("playbook", "playbook: '" + playbook + "' leads out of the tree");
            } else {
                taken.add(playbook);
            }
        }
        List<String> arguments = new ArrayList<>();
        Optional<String> extra = phase.text("extra-args");
        if (extra.isPresent()) {
            arguments.addAll(phase.read(
                    "extra-args",
                    _ -> WordSplitter.split("extra-args", extra.get()).stream()
                            .map(WordSplitter.Word::text)
                            .toList()));
        }
        return new Phase.Playbooks(phase.name(), order, taken, arguments);
    }
}
