package dev.atex.libvirt.virsh;

import dev.atex.libvirt.virsh.VirshException.Failure;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Recognizes the reason of a failure in the error messages of virsh, libvirt and QEMU in the C locale. */
final class ErrorText {
    /** A pattern and what it means; the first that is found counts. */
    private record Meaning(Pattern pattern, Failure failure) {
        Meaning(String regex, Failure failure) {
            this(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), failure);
        }
    }

    private static final List<Meaning> MEANINGS = List.of(
            new Meaning("Could not set up host forwarding rule", Failure.PORT_IN_USE),
            new Meaning("Failed to get .*\\block|Is another process using the image", Failure.IMAGE_IN_USE),
            new Meaning(
                    "Cannot allocate memory|cannot set up guest memory|unable to allocate memory|Out of memory",
                    Failure.NO_MEMORY),
            new Meaning("No space left on device", Failure.NO_SPACE),
            new Meaning(
                    "Permission denied \\([a-z,-]+\\)|Host key verification failed|Could not resolve hostname"
                            + "|Too many authentication failures|ssh: .*No such file",
                    Failure.NO_LOGIN),
            new Meaning(
                    "(Could not open|Cannot access|Unable to open|cannot open)( \\w+)* .*: Permission denied",
                    Failure.NO_ACCESS),
            new Meaning(
                    "authentication (failed|unavailable|cancelled)|access denied|polkit|Permission denied",
                    Failure.NO_PERMISSION),
            new Meaning("storage pool '.*' is not active|pool .* is not active", Failure.INACTIVE_POOL),
            new Meaning("network '.*' is not active", Failure.INACTIVE_NETWORK),
            new Meaning("failed to get pool|Storage pool not found", Failure.NO_POOL),
            new Meaning("failed to get vol|Storage volume not found|no storage vol with matching", Failure.NO_VOLUME),
            new Meaning("failed to get network|Network not found|no network with matching", Failure.NO_NETWORK),
            new Meaning("metadata not found", Failure.NO_METADATA),
            new Meaning("command '.*' doesn't support option|unknown command", Failure.NO_OPTION),
            new Meaning("failed to get domain|Domain not found|no domain with matching", Failure.NO_DOMAIN),
            new Meaning(
                    "failed to connect to the hypervisor|Failed to connect socket|Connection refused|unable to connect to server"
                            + "|Cannot recv data|End of file while reading data|no connection driver available",
                    Failure.NO_DAEMON),
            new Meaning("exists already|already exists|already (active|defined|in use)", Failure.EXISTS),
            new Meaning(
                    "unsupported configuration|XML error|Invalid value for attribute|could not find capabilities"
                            + "|does not support|not supported|Could not access KVM|failed to initialize kvm"
                            + "|emulator .* (not found|does not exist)|Unable to find .* firmware|invalid argument"
                            + "|Property .* not found|is not a valid device model",
                    Failure.UNSUPPORTED));

    private ErrorText() {}

    static Failure failure(String text) {
        return MEANINGS.stream()
                .filter(each -> each.pattern().matcher(text).find())
                .map(Meaning::failure)
                .findFirst()
                .orElse(Failure.OTHER);
    }

    /** Returns the lines without the word that begins each of them, as one. */
    static String reason(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("^error: ", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(": "));
    }
}
