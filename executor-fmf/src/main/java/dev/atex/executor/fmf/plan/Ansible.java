package dev.atex.executor.fmf.plan;

import dev.atex.executor.fmf.findings.Finding;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ansible on this host: whether it is here, and what plans want of it. */
public final class Ansible {
    /** The kind of the finding about a plan that needs Ansible where it is missing. */
    public static final String KIND = "ansible";

    private static final String PROGRAM = "ansible-playbook";

    private Ansible() {}

    /** Returns whether {@code ansible-playbook} is on this process's {@code PATH}. */
    public static boolean isOnPath() {
        return find(System.getenv()).isPresent();
    }

    /** Returns how many phases of a plan run playbooks. */
    public static long steps(FmfPlan plan) {
        return plan.phases().stream()
                .filter(phase -> phase instanceof Phase.Playbooks)
                .count();
    }

    /** Returns the program that a process with this environment finds. */
    public static Optional<Path> find(Map<String, String> environment) {
        return directories(environment.get("PATH")).stream()
                .map(directory -> directory.resolve(PROGRAM))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static List<Path> directories(@Nullable String path) {
        List<Path> directories = new ArrayList<>();
        for (String directory : path == null ? new String[0] : path.split(":", -1)) {
            try {
                directories.add(Path.of(directory).toAbsolutePath());
            } catch (InvalidPathException e) {
                // no shell would find anything in it
            }
        }
        return directories;
    }

    /** Returns the findings about a plan before it is run. */
    public static List<Finding> findings(FmfPlan plan, boolean onPath) {
        long steps = steps(plan);
        if (steps == 0 || onPath) {
            return List.of();
        }
        String these = steps == 1 ? "this step" : "these " + steps + " steps";
        return List.of(new Finding(
                Finding.Severity.REFUSED,
                KIND,
                "plan '" + plan.name() + "' runs playbooks of Ansible in " + (steps == 1 ? "a step" : steps + " steps")
                        + ", and there is no " + PROGRAM
                        + " on the PATH of this host: install ansible-core here, or --allow "
                        + KIND + " to leave " + these + " out",
                Optional.empty()));
    }
}
