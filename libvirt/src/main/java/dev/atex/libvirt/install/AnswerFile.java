package dev.atex.libvirt.install;

import java.util.List;

/**
 * The file with the answers to an installer's questions.
 *
 * @param installer the program that reads it
 * @param name its name, in the directory in which virt-install runs and in the root of the initrd
 */
public record AnswerFile(Installer installer, String name) {
    /** The programs that install. */
    public enum Installer {
        /** The installer of Fedora and its relatives, which reads a kickstart file. */
        ANACONDA,
        /** The installer of Debian, which reads a preseed file. */
        DEBIAN
    }

    /** Checks that the name could not be taken for an option or another parameter. */
    public AnswerFile {
        if (name.startsWith("-") || name.contains("/") || name.contains(",")) {
            throw new IllegalArgumentException("not usable: " + name);
        }
    }

    /** Returns the arguments of the kernel by which the installer finds the file. */
    List<String> kernelArguments(String location) {
        return switch (installer) {
            case ANACONDA -> List.of("inst.ks=file:/" + name, "inst.repo=" + location);
            case DEBIAN -> List.of("auto=true", "priority=critical", "preseed/file=/" + name, "DEBIAN_FRONTEND=text");
        };
    }
}
