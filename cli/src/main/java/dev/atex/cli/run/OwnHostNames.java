package dev.atex.cli.run;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Recognizes this host by names and addresses, without name resolution. */
final class OwnHostNames {
    private static final Set<String> LOOPBACK =
            Set.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "::1", "0.0.0.0", "::", "0");

    private OwnHostNames() {}

    static boolean isNamedBy(ProvisionerSpec spec) {
        try {
            return spec.list("hosts").stream().anyMatch(OwnHostNames::isNamedBy);
        } catch (InvalidOptionException e) {
            return false; // whoever makes the machines says what is wrong
        }
    }

    private static boolean isNamedBy(String host) {
        String plain = host.toLowerCase(Locale.ROOT).replaceFirst("^.*@", "").replaceAll("^\\[|]$", "");
        return LOOPBACK.contains(plain)
                || plain.matches("127(\\.[0-9]+){1,3}")
                || plain.equals(name())
                || isAddress(plain);
    }

    private static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .strip()
                    .toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean isAddress(String host) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .anyMatch(address -> address.replaceFirst("%.*", "").equals(host));
        } catch (IOException e) {
            return false;
        }
    }
}
