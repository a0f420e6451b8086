package dev.atex.libvirt.install;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes to the built-in preseed file: packages, keys, appended text. Immutable.
 *
 * <p>The built-in file installs a system with sshd and the guest agent on one partition of a disk that it erases, with DHCP, UTC
 * and a locked password, and shuts the machine down. See "Automating the installation using preseeding" in Debian's installation
 * guide.
 *
 * @param location the URL of the installer, below the {@code dists} directory of the mirror that is used
 * @param packages more packages
 * @param sshKeys public keys for root
 * @param appended texts for the end
 */
public record Preseed(String location, List<String> packages, List<String> sshKeys, List<String> appended) {
    private static final String BUILT_IN = """
            d-i debian-installer/locale string en_US.UTF-8
            d-i keyboard-configuration/xkb-keymap select us
            d-i netcfg/choose_interface select auto
            d-i netcfg/get_hostname string localhost
            d-i netcfg/get_domain string localdomain
            d-i mirror/country string manual
            d-i mirror/protocol string @PROTOCOL@
            d-i mirror/@PROTOCOL@/hostname string @HOST@
            d-i mirror/@PROTOCOL@/directory string @DIRECTORY@
            d-i mirror/@PROTOCOL@/proxy string
            d-i passwd/root-login boolean true
            d-i passwd/root-password-crypted password !
            d-i passwd/make-user boolean false
            d-i clock-setup/utc boolean true
            d-i clock-setup/ntp boolean false
            d-i time/zone string Etc/UTC
            d-i partman-auto/method string regular
            d-i partman-auto/expert_recipe string root :: 1000 10000 -1 ext4 $primary{ } $bootable{ } method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ / } .
            d-i partman-basicfilesystems/no_swap boolean false
            d-i partman-partitioning/confirm_write_new_label boolean true
            d-i partman/choose_partition select finish
            d-i partman/confirm boolean true
            d-i partman/confirm_nooverwrite boolean true
            d-i apt-setup/cdrom/set-first boolean false
            tasksel tasksel/first multiselect
            d-i pkgsel/include string @PACKAGES@
            d-i pkgsel/upgrade select none
            popularity-contest popularity-contest/participate boolean false
            d-i grub-installer/only_debian boolean true
            d-i grub-installer/bootdev string default
            d-i preseed/late_command string @COMMAND@
            d-i finish-install/reboot_in_progress note
            d-i debian-installer/exit/poweroff boolean true
            """;

    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9.+:-]*");
    private static final Pattern MIRROR = Pattern.compile("(/.*?)/dists/.*");

    /** Copies the lists. */
    public Preseed {
        packages = List.copyOf(packages);
        sshKeys = List.copyOf(sshKeys);
        appended = List.copyOf(appended);
    }

    /**
     * Returns the file.
     *
     * @throws InstallException a change is not possible, or the location is not below a mirror
     */
    public String build() throws InstallException {
        List<String> install = new ArrayList<>(List.of("openssh-server", "qemu-guest-agent"));
        for (String each : packages) {
            if (!PACKAGE.matcher(each).matches()) {
                throw new InstallException("not the name of a Debian package: '" + each + "'");
            }
            install.add(each);
        }
        URI mirror = mirror();
        Matcher directory = MIRROR.matcher(mirror.getPath());
        if (!directory.matches()) {
            throw notBelowMirror();
        }
        StringBuilder text = new StringBuilder(BUILT_IN.replace("@PROTOCOL@", mirror.getScheme())
                .replace("@HOST@", mirror.getHost() + (mirror.getPort() < 0 ? "" : ":" + mirror.getPort()))
                .replace("@DIRECTORY@", directory.group(1))
                .replace("@PACKAGES@", String.join(" ", install))
                .replace("@COMMAND@", lateCommand()));
        for (String each : appended) {
            text.append(each).append(each.endsWith("\n") ? "" : "\n");
        }
        return text.toString();
    }

    private URI mirror() throws InstallException {
        try {
            URI mirror = URI.create(location);
            if (mirror.getHost() != null
                    && Optional.ofNullable(mirror.getScheme()).orElse("").matches("https?")) {
                return mirror;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw notBelowMirror();
    }

    private InstallException notBelowMirror() {
        return new InstallException("the location of Debian's installer must be a URL below the directory 'dists' of a"
                + " mirror, as https://mirror.example.org/debian/dists/stable/main/installer-amd64/, not '" + location
                + "'");
    }

    private String lateCommand() throws InstallException {
        StringBuilder command = new StringBuilder();
        if (!sshKeys.isEmpty()) {
            command.append("mkdir -p -m 700 /target/root/.ssh");
            for (String each : sshKeys) {
                String key = each.strip();
                if (!key.contains(" ") || key.matches("(?s).*['\"\\\\\n].*")) {
                    throw new InstallException("not a public key as in a file *.pub: '" + each + "'");
                }
                command.append("; echo '").append(key).append("' >> /target/root/.ssh/authorized_keys");
            }
            command.append("; chmod 600 /target/root/.ssh/authorized_keys; ");
        }
        return command.append("in-target fstrim -a || true").toString();
    }
}
