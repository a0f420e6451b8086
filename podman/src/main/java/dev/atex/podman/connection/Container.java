package dev.atex.podman.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.ConnectionException;
import dev.atex.local.LocalConnection;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * An existing container.
 *
 * @param engine its engine
 * @param id its full id
 * @param boots whether an init system runs in it, which can reboot
 * @param tools chooses the tool that runs commands in it
 * @param entered whether a command has run in a container of the same image; shared by all of them
 */
public record Container(
        Engine engine, String id, boolean boots, BiFunction<Engine, String, ExecTool> tools, AtomicBoolean entered) {
    private static final int SHOWN = 12;

    /**
     * The state of the container after a reboot. Process 1 exits with 0 if it may not call reboot(2), as after a power-off;
     * else the kernel ends it with SIGHUP, see pid_namespaces(7).
     */
    private static final List<String> REBOOTED = List.of("exited 0", "exited 129");

    public Container(Engine engine, String id, boolean boots, AtomicBoolean entered) {
        this(engine, id, boots, ExecTool::find, entered);
    }

    /** Creates one of an image of its own. */
    public Container(Engine engine, String id, BiFunction<Engine, String, ExecTool> tools) {
        this(engine, id, false, tools, new AtomicBoolean());
    }

    /** Returns the tool that runs commands in it now. */
    ExecTool tool() {
        return tools.apply(engine, id);
    }

    /** Returns how Ansible connects to it. */
    AnsibleAccess ansible() {
        Map<String, String> variables = new LinkedHashMap<>(engine.kind().ansible(engine.program()));
        variables.put("ansible_host", id);
        Map<String, String> environment = new LinkedHashMap<>(engine.environment());
        environment.values().removeIf(String::isEmpty);
        return new AnsibleAccess(variables, environment, () -> LocalConnection.forClients(Optional.empty()));
    }

    /** Starts it again if a reboot ended it; fails if it is not running for another reason. */
    void ensureRunning(Deadline deadline) throws ConnectionException, InterruptedException {
        try {
            String state = engine.call(
                    deadline, List.of("container", "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id));
            if (boots && REBOOTED.contains(state)) {
                engine.call(deadline, List.of("start", id));
            } else if (!state.startsWith("running ")) {
                throw new ConnectionException(this + " is not running: " + state);
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
