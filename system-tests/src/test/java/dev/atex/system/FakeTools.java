package dev.atex.system;

/**
 * Tools of a machine that are found before its own: {@code dnf} installs nothing but writes down how it was called, in
 * {@code calls}; {@code rpm} knows what it was told to install. That of this host, which is changed by nobody, is not found.
 */
final class FakeTools {
    private static final String RPM = """
        #!/bin/bash
        missing=0
        for name; do
          case $name in
            -*) ;;
            *) grep -qxF -e "$name" @DIR@/installed && echo "$name-1-1.noarch" || { echo "no package provides $name"; ((missing++)); } ;;
          esac
        done
        exit "$missing"
        """;

    private static final String DNF = """
        #!/bin/bash
        echo "${0##*/} $*" >> @DIR@/calls
        [[ $* != *repolist* ]] || { cat @DIR@/repositories; exit; }
        code=0 more=
        [[ $* != debuginfo-install* ]] || more=-debuginfo
        for name; do
          case $name in
            -* | install | reinstall | debuginfo-install) ;;
            unknown*) [[ $* == *--skip-broken* || $* == *strict=False* ]] || { echo "Error: Unable to find a match: $name" >&2; code=1; } ;;
            *) echo "$name$more" >> @DIR@/installed ;;
          esac
        done
        exit "$code"
        """;

    private FakeTools() {}

    /** With packages that are there. */
    static Row dnf(Row row, String... installed) {
        for (String other : new String[] {"apt-get", "dpkg-query", "apt-mark", "crb"}) {
            tool(row, other, "echo \"${0##*/} $*\" >> @DIR@/calls; [[ $0 == *crb ]]");
        }
        return row.beside("installed", String.join("\n", installed) + "\n")
                .beside("calls", "")
                .beside("tools/rpm", RPM)
                .beside("tools/dnf", DNF)
                .bash("chmod +x tools/*");
    }

    /** A script for bash of this name. */
    static Row tool(Row row, String name, String script) {
        return row.beside("tools/" + name, "#!/bin/bash\n" + script + "\n")
                .bash("chmod +x tools/*")
                .with("PATH", "@DIR@/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }
}
