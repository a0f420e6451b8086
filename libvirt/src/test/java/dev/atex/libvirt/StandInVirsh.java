package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A script instead of virsh and its daemon. Domains and volumes are files; a domain is not destroyed with its client, as if
 * the daemon had forgotten that.
 *
 * <p>The next call of a command with a fault does one of these:
 *
 * <ul>
 *   <li>{@code fail}: it fails and does nothing.
 *   <li>{@code slow}: it takes longer.
 *   <li>{@code lost}: it succeeds, but the answer is lost.
 *   <li>{@code late}: the answer is lost, and it succeeds later.
 *   <li>{@code hang}: it does nothing and does not end.
 * </ul>
 */
final class StandInVirsh {
    static final String IMAGE = "image.raw";

    private static final String SCRIPT = """
            #!/bin/sh
            d=DIRECTORY
            while :; do case $1 in -q) shift ;; -c) shift 2 ;; *) break ;; esac; done
            command=${1%% *}
            fail() { echo "error: $*" >&2; exit 1; }
            lost() { fail 'End of file while reading data: Input/output error'; }

            act() { # carries out a command that changes something; the description is in $xml
              case $command in
                vol-create)
                  name=$(printf %s "$xml" | sed -n 's:.*<name>\\([^<]*\\)</name>.*:\\1:p')
                  (set -C; : > "$d/pool/$name") 2> /dev/null || fail "storage volume '$name' exists already" ;;
                vol-delete) rm "$d/pool/$volume" 2> /dev/null || fail 'Storage volume not found' ;;
                destroy) rm "$d/domains/$domain" 2> /dev/null || fail 'failed to get domain' ;;
                create)
                  uuid=$(printf %s "$xml" | sed -n 's:.*<uuid>\\([^<]*\\)</uuid>.*:\\1:p')
                  printf %s "$xml" | sed -n 's:.*lease="\\([^"]*\\)".*:<machine lease="\\1"/>:p' > "$d/new.$$"
                  ln "$d/new.$$" "$d/domains/$uuid" || fail "domain already exists"
                  rm "$d/new.$$" ;;
              esac
            }

            case $command in
              uri) echo qemu:///session; exit ;;
              list) exit ;;
              pool-dumpxml) echo "<pool type='dir'><target><path>$d/pool</path></target></pool>"; exit ;;
              pool-info) echo 'State: running'; exit ;;
              pool-refresh) exit ;;
              vol-dumpxml)
                echo "<volume><capacity>1048576</capacity><target><path>$d/pool/$4</path></target></volume>"; exit ;;
              vol-path) [ -e "$d/pool/$4" ] || fail 'Storage volume not found'; exit ;;
              vol-download) fail 'unsupported' ;;
              metadata) cat "$d/domains/$2" 2> /dev/null || fail 'failed to get domain'; exit ;;
              vol-create | create) xml=$(cat) ;;
              vol-delete) volume=$4 ;;
              destroy) domain=$2 ;;
              *) fail "unknown command: '$command'" ;;
            esac
            fault=
            if mv "$d/faults/$command" "$d/faults/.$$" 2> /dev/null; then fault=$(cat "$d/faults/.$$"); rm "$d/faults/.$$"; fi
            case $fault in
              fail) fail 'internal error: something failed' ;;
              slow) sleep 0.3; act ;;
              lost) act; lost ;;
              late)
                : > "$d/late.$$"
                (sleep 0.5; (act); rm "$d/late.$$") > /dev/null 2>&1 &
                lost ;;
              hang) exec sleep 1000 ;;
              *) act ;;
            esac
            [ $command != create ] || { echo "$uuid"; exec sleep 1000; }
            """;

    private final Path directory;

    private StandInVirsh(Path directory) {
        this.directory = directory;
    }

    /** Creates a host in this directory, with an image. */
    static StandInVirsh in(Path directory) throws IOException {
        for (String each : List.of("pool", "domains", "faults")) {
            Files.createDirectories(directory.resolve(each));
        }
        Files.writeString(directory.resolve("pool").resolve(IMAGE), "an image");
        Files.writeString(
                directory.resolve("template.xml"),
                "<domain type='qemu'><devices><disk device='disk'><target dev='vda'/></disk></devices></domain>");
        Path program = directory.resolve("virsh");
        Files.writeString(program, SCRIPT.replace("DIRECTORY", directory.toString()));
        if (!program.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return new StandInVirsh(directory);
    }

    /** Returns a specification for machines that do not answer. */
    String spec() {
        return "virt,program=" + directory.resolve("virsh") + ",xml=" + directory.resolve("template.xml") + ",image="
                + IMAGE + ",boot-wait=100ms";
    }

    /** Makes the next call of this command fail in this way. */
    void fault(String command, String how) throws IOException {
        Files.writeString(directory.resolve("faults").resolve(command), how);
    }

    /** Removes faults that no call has met. */
    void works() throws IOException {
        for (String each : names("faults")) {
            Files.delete(directory.resolve("faults").resolve(each));
        }
    }

    /** Waits until calls whose answers were lost have been carried out. */
    void settle() throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(Duration.ofSeconds(3)); // one that was killed with its client never is
        while (names("").stream().anyMatch(name -> name.startsWith("late.")) && !deadline.isExpired()) {
            Thread.sleep(20);
        }
        for (String each : names("")) {
            if (each.startsWith("late.")) {
                Files.deleteIfExists(directory.resolve(each));
            }
        }
    }

    /** Creates a domain or a volume that belongs to nobody we know. */
    void foreign(String directoryName, String name, String content) throws IOException {
        Files.writeString(directory.resolve(directoryName).resolve(name), content);
    }

    List<String> domains() throws IOException {
        return names("domains");
    }

    List<String> volumes() throws IOException {
        return names("pool");
    }

    private List<String> names(String below) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(below))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Returns the running processes of this host. */
    List<ProcessHandle> processes() {
        return processes(directory);
    }

    /** Returns the running processes with this path in an argument. */
    static List<ProcessHandle> processes(Path path) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.contains(path + "/")))
                .filter(ProcessHandle::isAlive)
                .toList();
    }
}
