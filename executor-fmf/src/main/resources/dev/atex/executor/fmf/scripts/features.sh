# Does a phase "feature" of a plan. Sourced by bash; argument: the work directory. epel and crb are "enabled", "disabled" or
# nothing. What a distribution does not have is told, and is no failure.
work=$1
. "$work/packagetool.sh"
read -r id version < <(. "${ATEX_OS_RELEASE:-/etc/os-release}" && echo "${ID:-unknown} ${VERSION_ID%%.*}")
[[ $version == [0-9]* ]] || version=0

fail() {
  echo "$1" >&2
  exit 1
}

# repositories EXPRESSION EXPRESSION: sets names to those that the first finds, and the second does not.
repositories() {
  local name listing
  names=()
  if [[ $tool == yum ]]; then listing=(repolist all); else listing=(repolist --all); fi
  while read -r name _; do
    name=${name#!}
    name=${name%%/*}
    [[ $name =~ $1 && ! $name =~ $2 ]] && names+=("$name")
  done < <("$tool" -q "${listing[@]}")
}

# switch enabled|disabled: for all in names.
switch() {
  [[ ${#names[@]} -gt 0 ]] || return 0
  local values=("${names[@]/%/.enabled=1}")
  [[ $1 == enabled ]] || values=("${names[@]/%/.enabled=0}")
  case $tool in
    dnf5) dnf5 config-manager setopt "${values[@]}" ;;
    dnf)
      present dnf-plugins-core || dnf -y install dnf-plugins-core || return
      dnf config-manager "--set-$1" "${names[@]}" ;;
    yum)
      present yum-utils || yum -y install yum-utils || return
      if [[ $1 == enabled ]]; then yum-config-manager --enable "${names[@]}"; else yum-config-manager --disable "${names[@]}"; fi ;;
  esac || fail "these repositories cannot be $1: ${names[*]}"
}

nothing() {
  echo "$1: there is nothing to be done on ${id:-this distribution} $version"
}

dnf_here() {
  [[ $tool == dnf5 || $tool == dnf || $tool == yum ]] || fail "$1 needs dnf or yum, and this machine has ${tool:-no package manager}"
}

set_epel() {
  local wanted=() package
  case $id in
    rhel) [[ $version -lt 6 ]] || wanted=("https://dl.fedoraproject.org/pub/epel/epel-release-latest-$version.noarch.rpm") ;;
    centos)
      [[ $version -lt 8 ]] || wanted=(epel-release)
      [[ $version -ne 9 ]] || wanted+=(epel-next-release) ;;
  esac
  if [[ ${#wanted[@]} -eq 0 ]]; then
    nothing epel
    return
  fi
  dnf_here epel
  if [[ $1 == enabled ]]; then
    if [[ $id == rhel ]] && present epel-release; then
      wanted=()
    fi
    lacking=("${wanted[@]}")
    [[ $id == rhel ]] || look "${wanted[@]}"
    if [[ ${#lacking[@]} -gt 0 ]]; then
      "$tool" -y install "${lacking[@]}" || fail "epel: cannot be installed: ${lacking[*]}"
    fi
    repositories '^epel' 'testing' # which nobody has asked for
    [[ ${#names[@]} -gt 0 ]] || fail "epel: there is no repository of this name, although its release package is installed"
    switch enabled
    if type -P crb >/dev/null; then
      crb enable || fail "epel: 'crb enable' failed"
    fi
  else
    repositories '^epel' '^$'
    switch disabled
  fi
}

set_crb() {
  if [[ $id != rhel && $id != centos || $version -lt 8 || $version -gt 10 ]]; then
    nothing crb
    return
  fi
  dnf_here crb
  repositories 'crb|powertools|codeready' 'debug|source|eus|virt|rhui'
  [[ ${#names[@]} -gt 0 || $1 == disabled ]] || fail "crb: there is no repository whose name has crb, powertools or codeready in it"
  switch "$1"
}

[[ -z $epel ]] || set_epel "$epel"
[[ -z $crb ]] || set_crb "$crb"
exit 0
