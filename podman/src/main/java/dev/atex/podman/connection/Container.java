package dev.atex.podman.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.local.LocalConnection;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * A container that exists.
 *
 * @param engine whose it is
 * @param id in full
 * @param boots whether an init system runs in it, which can reboot
 * @param tools chooses how commands are run in it, while it runs
 * @param entered whether a command has run in a container like this one; shared by all that are alike
 */
public record Container(
        Engine engine, String id, boolean boots, BiFunction<Engine, String, ExecTool> tools, AtomicBoolean entered) {
    private static final int SHOWN = 12;

    /**
     * How process 1 ends when it was told to reboot: it exits where it may not call reboot(2) (which cannot be told from a
     * power-off), and is ended by SIGHUP where it may, see pid_namespaces(7).
     */
    private static final List<String> REBOOTED = List.of("exited 0", "exited 129");

    public Container(Engine engine, String id, boolean boots, AtomicBoolean entered) {
        this(engine, id, boots, ExecTool::find, entered);
    }

    /** One that is like no other. */
    public Container(Engine engine, String id, BiFunction<Engine, String, ExecTool> tools) {
        this(engine, id, false, tools, new AtomicBoolean());
    }

    /** How commands are run in it now. */
    ExecTool tool() {
        return tools.apply(engine, id);
    }

    /** How Ansible enters it. */
    AnsibleAccess ansible() {
        Map<String, String> variables = new LinkedHashMap<>(engine.kind().ansible(engine.program()));
        variables.put("ansible_host", id);
        Map<String, String> environment = new LinkedHashMap<>(engine.environment());
        environment.values().removeIf(String::isEmpty);
        return new AnsibleAccess(variables, environment, () -> LocalConnection.forClients(Optional.empty()));
    }

    /** Starts it again if it was ended by a reboot; fails if it is not running otherwise. */
    void ensureRunning(Deadline deadline) throws ConnectionException, InterruptedException {
        try {
            String state = engine.call(
                    deadline, List.of("container", "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id));
            if (boots && REBOOTED.contains(state)) {
                engine.call(deadline, List.of("start", id));
            } else if (!state.startsWith("running ")) {
                throw new ConnectionException(this + " does not run: " + state);
            }
        } catch (EngineException e) {
            throw new ConnectionException(this + " cannot be reached: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "container " + id.substring(0, Math.min(SHOWN, id.length()));
    }
}
