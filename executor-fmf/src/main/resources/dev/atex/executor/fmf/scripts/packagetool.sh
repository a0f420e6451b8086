# The package tool that the machine has: looks for packages, and installs some. Sourced by bash; work is the work directory.
export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
tool=
for candidate in dnf5 dnf yum apt-get zypper apk; do
  hash "$candidate" 2>/dev/null && tool=$candidate && break
done

# debian NAME[:ARCHITECTURE][=VERSION][/RELEASE]: whether dpkg has it, or something that provides it.
debian() {
  local name=${1%%[=/]*} version status provided
  read -r status version < <(dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$name")
  if [[ $status == ?i ]]; then
    [[ $1 != *=* || $version == "${1#*=}" ]]
    return
  fi
  while read -r status provided; do
    [[ $status == ?i && ", $provided," == *", ${name%%:*}"[,\ ]* ]] && return
  done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Provides}\n')
  return 1
}

# present PACKAGE...: whether all of them are there. Any of them may be the path of a file.
present() {
  case $tool in
    apt-get | apk)
      local package
      for package; do
        if [[ $package == /* ]]; then
          [[ -e $package ]]
        elif [[ $tool == apk ]]; then
          apk info --installed "$package"
        else
          debian "$package"
        fi || return
      done ;;
    '') return 1 ;;
    # what is provided has no architecture, and no version in its name
    *) rpm -q --whatprovides "$@" || { [[ $# -eq 1 && $1 != /* ]] && rpm -q "$1"; } ;;
  esac </dev/null >/dev/null 2>&1
}

# look PACKAGE...: sets the array lacking to those that are not there. Beakerlib may be there without a package.
look() {
  if [[ -e /usr/share/beakerlib/beakerlib.sh ]]; then
    local package others=()
    for package; do
      [[ $package == beakerlib ]] || others+=("$package")
    done
    set -- "${others[@]}"
  fi
  lacking=()
  [[ $# -eq 0 ]] || present "$@" && return
  local package
  for package; do
    [[ $# -gt 1 ]] && present "$package" || lacking+=("$package")
  done
}

apt() {
  apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o APT::Cmd::Pattern-Only=true \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# update: fetches the lists of packages, whose lock apt-get does not wait for.
update() {
  local tries=600 output status
  while :; do
    output=$(apt update 2>&1)
    status=$?
    [[ $status -eq 0 || $output != *"Could not get lock"* || $((--tries)) -eq 0 ]] && break
    sleep 1
  done
  printf '%s\n' "$output"
  : > "$work/lists-updated"
  return "$status"
}

# install HOW PACKAGE...: asks the tool once; HOW is "all", or "some", of which it may leave out what it cannot install.
install() {
  local how=$1 some=()
  shift
  case $tool in
    dnf5) some=(--skip-unavailable --skip-broken) ;;
    dnf) some=(--setopt=strict=False) ;;
    yum) some=(--skip-broken) ;;
  esac
  [[ $how == some ]] || some=()
  case $tool in
    dnf5 | dnf | yum) "$tool" -y install "${some[@]}" "$@" ;;
    zypper) zypper --non-interactive install --auto-agree-with-licenses "$@" ;;
    apk) apk add --update-cache "$@" ;;
    apt-get)
      local interrupted=(/var/lib/dpkg/updates/[0-9]*) lists=(/var/lib/apt/lists/*_Packages*)
      [[ -e $interrupted ]] && dpkg --configure -a # the last one was killed
      [[ -e $lists ]] || update
      apt install "$@" && return
      [[ ! -e $work/lists-updated ]] || return
      update && apt install "$@" ;; # old lists do not know new packages, and name old ones that are gone
  esac </dev/null
}

# named PACKAGE...: refuses what the tool would not take for the name of a package, but for an order or a pattern.
named() {
  local package
  for package; do
    if [[ $package == -* || -z $package || ( $tool == apt-get && ( $package == *- || $package != [/[:alnum:]]* || $package == *[][*?^\$\|\(\)]* ) ) ]]; then
      echo "'$package' cannot be the name of a package" >&2
      return 1
    fi
  done
}
