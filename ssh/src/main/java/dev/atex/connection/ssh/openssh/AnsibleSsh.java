package dev.atex.connection.ssh.openssh;

import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.text.ShellWords;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells Ansible how its {@code ssh} reaches the host of a connection: with the same ssh_config file and options. Jump hosts
 * are in that file, which the program reads itself.
 *
 * @param target the host
 * @param options the options of the connection
 */
public record AnsibleSsh(SshConfig.Address target, SshOptions options) {
    /**
     * Returns the variables for an inventory.
     *
     * @throws IOException the password cannot be read
     */
    public AnsibleAccess access() throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("ansible_connection", "ssh");
        variables.put("ansible_host", target.host());
        target.port().or(options::port).ifPresent(port -> variables.put("ansible_port", port.toString()));
        target.user().or(options::user).ifPresent(user -> variables.put("ansible_user", user));
        options.identity().ifPresent(file -> variables.put("ansible_ssh_private_key_file", file.toString()));
        if (options.password().isPresent()) {
            variables.put("ansible_password", options.password().get().read());
        }
        options.sudo().ifPresent(user -> {
            variables.put("ansible_become", "true");
            variables.put("ansible_become_method", "sudo");
            variables.put("ansible_become_user", user);
        });
        List<String> arguments = arguments();
        if (!arguments.isEmpty()) {
            // Ansible splits them like a shell, but first removes quotes around the whole. The first word needs none.
            variables.put("ansible_ssh_common_args", ShellWords.join(arguments));
        }
        return new AnsibleAccess(variables, Map.of(), () -> LocalConnection.forClients(Optional.empty()));
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        options.config().ifPresent(file -> arguments.addAll(List.of("-F", file.toString())));
        if (options.identitiesOnly()) {
            arguments.addAll(List.of("-o", "IdentitiesOnly=yes"));
        }
        options.proxyJump().ifPresent(jump -> arguments.addAll(List.of("-o", "ProxyJump=" + jump)));
        OpenSshCommand.hostKeys(options, arguments);
        return arguments;
    }
}
