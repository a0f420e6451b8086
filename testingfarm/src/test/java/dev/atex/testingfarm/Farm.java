package dev.atex.testingfarm;

import dev.atex.connection.ssh.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The stand-in with machines: hosts with a real sshd. */
public final class Farm implements AutoCloseable {
    private final Hosts hosts;
    private final StandIn service;

    private Farm(Hosts hosts, StandIn service) {
        this.hosts = hosts;
        this.service = service;
    }

    /** Starts it with this number of machines and more options of the stand-in. */
    public static Farm up(int machines, String... more) throws IOException, InterruptedException {
        return up(machines, _ -> more);
    }

    /** Starts it with options that depend on the hosts. */
    public static Farm up(int machines, Function<Hosts, String[]> more) throws IOException, InterruptedException {
        Hosts hosts = Hosts.up(machines);
        boolean whole = false;
        try {
            List<String> options = new ArrayList<>(List.of(more.apply(hosts)));
            String net = Files.readString(hosts.directory().resolve("net")).strip();
            for (int i = 1; i <= machines; i++) {
                options.addAll(List.of("--machine", "root@10.213." + net + "." + (10 + i)));
            }
            options.addAll(List.of(
                    "--authorized-keys", hosts.directory().resolve("id.pub").toString()));
            Farm farm = new Farm(hosts, StandIn.start(options.toArray(String[]::new)));
            whole = true;
            return farm;
        } finally {
            if (!whole) {
                hosts.close();
            }
        }
    }

    public StandIn service() {
        return service;
    }

    public Hosts hosts() {
        return hosts;
    }

    /** Returns the key for logins. */
    public Path key() {
        return hosts.directory().resolve("own");
    }

    /** Generates the key. */
    public Farm withKey() throws IOException {
        dev.atex.connection.ssh.KeyFiles.generate(key());
        return this;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            service.close();
        } finally {
            hosts.close();
        }
    }
}
