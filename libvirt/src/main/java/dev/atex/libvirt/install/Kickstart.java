package dev.atex.libvirt.install;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Changes to the built-in kickstart file, in this order: deletions, replaced commands, packages, keys, appended text. Immutable.
 *
 * <p>The built-in file installs {@code @core} on one partition of a disk that it erases, with DHCP, UTC, SELinux and a locked
 * password, and shuts the machine down. See "Kickstart commands and options" of Anaconda.
 *
 * @param deletions regular expressions; all matches are deleted. {@code ^} and {@code $} match at lines, a dot matches newlines too
 * @param commands lines, each of which replaces those lines that begin with the same word
 * @param packages more packages and groups, installed if they exist
 * @param sshKeys public keys for root
 * @param appended texts for the end
 */
public record Kickstart(
        List<String> deletions,
        List<String> commands,
        List<String> packages,
        List<String> sshKeys,
        List<String> appended) {
    /** The built-in file. */
    private static final String BUILT_IN = """
            lang en_US.UTF-8
            keyboard --xlayouts=us
            network --bootproto=dhcp
            rootpw --lock
            selinux --enforcing
            timezone --utc Etc/UTC
            zerombr
            clearpart --all --initlabel
            autopart --type=plain --nohome
            bootloader --timeout=1
            shutdown

            %packages
            @core
            qemu-guest-agent
            -rng-tools
            %end

            %post
            . /etc/os-release
            repo=$(grep -o 'inst\\.repo=[^ ]*' /proc/cmdline | head -n 1)
            repo=${repo#inst.repo=}
            case $ID:$repo in
              rhel:*/compose/BaseOS/*)
                arch=$(uname -m)
                compose=${repo%%/compose/BaseOS/*}/compose
                for name in BaseOS AppStream CRB; do
                  for kind in '' -debuginfo -source; do
                    case $kind in
                      '') path=$name/$arch/os/ enabled=1 ;;
                      -debuginfo) path=$name/$arch/debug/tree/ enabled=0 ;;
                      -source) path=$name/source/tree/ enabled=0 ;;
                    esac
                    printf '[%s]\\nname=%s\\nbaseurl=%s\\nenabled=%s\\ngpgcheck=0\\n' \\
                      "rhel-$name$kind" "rhel-$name$kind" "$compose/$path" "$enabled"
                  done
                done > /etc/yum.repos.d/rhel.repo
                ;;
            esac
            %end

            %post
            fstrim -a || :
            %end
            """;

    private static final String SECTION_END = "%end";

    /** Copies the lists. */
    public Kickstart {
        deletions = List.copyOf(deletions);
        commands = List.copyOf(commands);
        packages = List.copyOf(packages);
        sshKeys = List.copyOf(sshKeys);
        appended = List.copyOf(appended);
    }

    /** Returns the built-in file without changes. */
    public static Kickstart builtIn() {
        return new Kickstart(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /**
     * A kickstart file.
     *
     * @param text its content
     * @param notes messages for the user about changes without effect
     */
    public record Result(String text, List<String> notes) {}

    /**
     * Returns the changed file.
     *
     * @throws InstallException a change is not possible
     */
    public Result build() throws InstallException {
        List<String> notes = new ArrayList<>();
        String text = BUILT_IN;
        for (String regex : deletions) {
            Matcher matcher = deletion(regex).matcher(text);
            if (!matcher.find()) {
                notes.add("the kickstart contains no text to delete that matches '" + regex + "'");
            }
            text = matcher.replaceAll("");
        }
        for (String command : commands) {
            text = replace(text, command, notes);
        }
        StringBuilder whole = new StringBuilder(text);
        if (!packages.isEmpty()) {
            whole.append("\n%packages --ignoremissing\n");
            for (String each : packages) {
                whole.append(line("package", each)).append('\n');
            }
            whole.append(SECTION_END).append('\n');
        }
        if (!sshKeys.isEmpty()) {
            whole.append('\n');
            for (String key : sshKeys) {
                whole.append("sshkey --username=root \"").append(key(key)).append("\"\n");
            }
        }
        for (String each : appended) {
            whole.append('\n').append(each);
            if (!each.endsWith("\n")) {
                whole.append('\n');
            }
        }
        return new Result(whole.toString(), List.copyOf(notes));
    }

    private static Pattern deletion(String regex) throws InstallException {
        try {
            return Pattern.compile(regex, Pattern.MULTILINE | Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new InstallException("'" + regex + "' is not a regular expression: " + e.getDescription());
        }
    }

    /** Replaces the lines outside of sections that begin with the first word of the command. */
    private static String replace(String text, String command, List<String> notes) throws InstallException {
        String line = line("command", command);
        String word = line.split("\\s", 2)[0];
        StringBuilder replaced = new StringBuilder();
        boolean inSection = false;
        boolean found = false;
        for (String each : text.split("(?<=\n)")) {
            String first = each.strip().split("\\s", 2)[0];
            if (!inSection && first.equals(word)) {
                replaced.append(found ? "" : line + "\n");
                found = true;
            } else {
                replaced.append(each);
            }
            inSection = first.equals(SECTION_END) ? false : inSection || first.startsWith("%");
        }
        if (!found) {
            notes.add("the kickstart has no line that begins with '" + word + "' to replace by '" + line
                    + "': append it, if you want to add one");
        }
        return replaced.toString();
    }

    private static String line(String what, String text) throws InstallException {
        String line = text.strip();
        if (line.isEmpty() || line.contains("\n")) {
            throw new InstallException("a " + what + " of a kickstart must be one line, not '" + text + "'");
        }
        return line;
    }

    private static String key(String text) throws InstallException {
        String key = line("key", text);
        if (key.contains("\"") || !key.contains(" ")) {
            throw new InstallException("not a public key as in a file *.pub: '" + text + "'");
        }
        return key;
    }
}
