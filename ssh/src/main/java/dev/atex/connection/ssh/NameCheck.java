package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.transport.HostNames;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.internal.concurrent.TaskScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Checks whether the names of hosts can be resolved, without connecting. */
public final class NameCheck {
    private NameCheck() {}

    /**
     * Returns the problems by host, in the order of the hosts. Skips hosts behind a jump host, which resolves their names, and
     * names that are not resolved before the deadline.
     */
    public static Map<String, String> problems(List<String> hosts, SshOptions options, Deadline deadline)
            throws InterruptedException {
        Map<String, TaskScope.Task<Void>> lookUps = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        try (TaskScope scope = TaskScope.open("names")) {
            for (String host : hosts) {
                lookUps.put(host, scope.run(host, () -> lookUp(host, options, deadline)));
            }
            for (Map.Entry<String, TaskScope.Task<Void>> each : lookUps.entrySet()) {
                try {
                    each.getValue().join(deadline);
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof HostUnknownException unknown) {
                        problems.put(each.getKey(), String.valueOf(unknown.getMessage()));
                    }
                } catch (TimeoutException e) {
                    // the run will find out
                }
            }
        }
        return problems;
    }

    private static void lookUp(String name, SshOptions options, Deadline deadline)
            throws ConnectionException, InterruptedException {
        SshHost host = new SshConfig(options).resolve(name);
        if (host.jumps().isEmpty() && host.proxyCommand().isEmpty()) {
            var _ = HostNames.address(host, host.hostName(), deadline);
        }
    }
}
