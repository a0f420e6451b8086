package dev.atex.executor.fmf;

/**
 * A program for bash that behaves like the package tool whose name it has, and like what else belongs to it. In its directory:
 * {@code state-installed} and {@code state-available} list packages; {@code calls} is how it was called.
 */
final class FakePackageTools {
    static final String TEXT = """
            #!/bin/bash
            here=${0%/*} tool=${0##*/}
            has() { local line; while read -r line; do [[ $line == "$2" ]] && return; done < "$here/state-$1"; return 1; }
            asked=()
            for argument; do [[ $argument == -* || $argument == *::* ]] || asked+=("$argument"); done

            case $tool in
              rpm)
                missing=0
                for name in "${asked[@]}"; do
                  has installed "$name" && echo "$name-1-1.noarch" || { echo "no package provides $name"; ((missing++)); }
                done
                exit "$missing" ;;
              dpkg-query)
                [[ $* == *Provides* ]] && { echo "ii  virtual (= 1), other-virtual"; exit; }
                name=${*: -1}
                has installed "$name" && echo "ii  1.0" || { echo "dpkg-query: no packages found matching $name" >&2; exit 1; }
                exit ;;
              apk) [[ $1 == info ]] && { has installed "$3" && echo "$3"; exit; } ;;
            esac

            printf '%s' "$tool" >> "$here/calls"
            printf ' %s' "$@" >> "$here/calls"
            echo >> "$here/calls"
            case $tool-${asked[0]} in
              *-makecache | zypper-refresh) : > "$here/updated"; exit 0 ;;
              *-copr) [[ ${asked[2]} != none/* ]] || { echo "Error: no such project: ${asked[2]}" >&2; exit 1; }; exit 0 ;;
              *-reinstall | *-config-manager | yum-config-manager-*) exit 0 ;;
              *-repolist) echo "$(<"$here/repositories")"; exit 0 ;;
              *-debuginfo-install) set -- install "${asked[@]:1}"; asked=(install); for name in "${@:2}"; do asked+=("$name-debuginfo"); done ;;
              debuginfo-install-*) for name in "${asked[@]}"; do echo "$name-debuginfo" >> "$here/state-installed"; done; exit 0 ;;
              crb-*) exit 0 ;;
              apt-file-update) exit 0 ;;
            esac
            if [[ $tool == apt-file ]]; then
              echo two
              exit 0
            fi
            if [[ -e $here/old-lists && ! -e $here/updated ]]; then
              echo "error: the lists of packages are old" >&2
              exit 1
            fi
            for argument; do
              [[ $argument == --exclude=* ]] && excluded=${argument#*=} && for i in "${!asked[@]}"; do
                [[ ${asked[i]} != $excluded ]] || unset "asked[$i]"
              done
            done
            asked=("${asked[@]}")
            [[ -e $here/hang ]] && { : > "$here/hanging"; while read -r -t 600 < "$here/fifo"; do :; done; }
            if [[ $tool == apt-get && $* == *" update" ]]; then
              n=0
              [[ -e $here/update-lock ]] && read -r n < "$here/update-lock"
              if [[ $n -gt 0 ]]; then
                echo $((n - 1)) > "$here/update-lock"
                echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1" >&2
                exit 100
              fi
              : > "$here/updated"
              exit 0
            fi
            known=() unknown=()
            for name in "${asked[@]:1}"; do
              has available "$name" && known+=("$name") || unknown+=("$name")
            done
            if [[ $tool == apt-get && -e $here/stale && ! -e $here/updated ]]; then
              echo "E: Failed to fetch http://mirror/x.deb  404  Not Found" >&2
              exit 100
            fi
            if [[ ${#unknown[@]} -gt 0 ]]; then
              case $tool in
                dnf5)
                  [[ $* == *--skip-unavailable* ]] || { echo "No match for argument: ${unknown[*]}" >&2; exit 1; } ;;
                dnf)
                  [[ $* == *strict=False* || $* == *--skip-broken* ]] || { echo "Error: Unable to find a match: ${unknown[*]}" >&2; exit 1; } ;;
                yum)
                  echo "No package ${unknown[*]} available."
                  [[ ${#known[@]} -gt 0 ]] || { echo "Error: Nothing to do" >&2; exit 1; } ;;
                zypper) echo "No provider of '${unknown[0]}' found." >&2; exit 104 ;;
                apk) echo "ERROR: unable to select packages:"; echo "  ${unknown[0]} (no such package):"; exit 1 ;;
                apt-get) echo "E: Unable to locate package ${unknown[0]}" >&2; exit 100 ;;
              esac
            fi
            for name in "${known[@]}"; do
              [[ $name == broken ]] && { echo "error: scriptlet of broken failed" >&2; exit 1; }
              echo "$name" >> "$here/state-installed"
              echo "Installed: $name"
            done
            [[ $tool == zypper ]] && exit 102 # a reboot is wanted
            exit 0
            """;

    private FakePackageTools() {}
}
