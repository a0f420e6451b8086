# Does a phase "install" of a plan. Sourced by bash, in the root of the plan's tree; argument: the work directory. The arrays
# packages, copr, exclude and directories say what, skip_missing and check_first ("1" or nothing) how. Exits with 0 when all
# is there in the end, or with skip_missing, what can be had.
work=$1
. "$work/packagetool.sh"

fail() {
  echo "$1" >&2
  exit 1
}

is_dnf() {
  [[ $tool == dnf5 || $tool == dnf || $tool == yum ]]
}

# tool_needs PACKAGE: what the package tool itself lacks for an order.
tool_needs() {
  present "$1" || "$tool" -y install "$1" || fail "'$1' cannot be installed, which $tool needs for this"
}

if [[ ${#packages[@]} -eq 0 && ${#copr[@]} -eq 0 && ${#directories[@]} -eq 0 ]]; then
  exit 0
fi
if [[ ${#copr[@]} -gt 0 ]]; then
  is_dnf || fail "copr needs dnf or yum, and this machine has ${tool:-no package manager}: ${copr[*]}"
  case $tool in
    dnf5) tool_needs 'dnf5-command(copr)' ;;
    dnf) tool_needs dnf-plugins-core ;;
    yum) tool_needs yum-plugin-copr ;;
  esac
  for project in "${copr[@]}"; do
    [[ $project != -* ]] || fail "'$project' cannot be the name of a copr repository"
    "$tool" copr enable -y "$project" || fail "the copr repository '$project' cannot be enabled"
  done
fi

# left_out NAME: whether the phase excludes it.
left_out() {
  local pattern
  for pattern in "${exclude[@]}"; do
    [[ $1 == $pattern ]] && return
  done
  return 1
}

# Names are looked for before and after; of the others only the tool can say whether they are there.
names=() others=() files=() debug=()
for package in "${packages[@]}"; do
  if ! is_dnf && left_out "$package"; then
    echo "excluded: $package"
    continue
  fi
  case $package in
    http://* | https://*) others+=("$package") ;;
    *.rpm)
      [[ -f ${package#/} ]] || fail "there is no file '$package' in the tree of the plan"
      files+=("$PWD/${package#/}") ;;
    *-debuginfo | *-debugsource)
      case $tool in
        apt-get | apk) fail "'$package': $tool knows no packages of debugging information" ;;
        zypper) names+=("$package") ;;
        *) debug+=("$package") ;;
      esac ;;
    @*)
      is_dnf || fail "'$package': only dnf and yum know groups, and this machine has ${tool:-no package manager}"
      others+=("$package") ;;
    *[][*?]*)
      if is_dnf || [[ $tool == zypper ]]; then others+=("$package"); else names+=("$package"); fi ;;
    *) names+=("$package") ;;
  esac
done
shopt -s nullglob
for directory in "${directories[@]}"; do
  found=("$PWD/${directory#/}"/*.rpm)
  [[ ${#found[@]} -gt 0 ]] || fail "there is no *.rpm in the directory '$directory' of the tree of the plan"
  files+=("${found[@]}")
done
shopt -u nullglob
if [[ $tool == apt-get || $tool == apk ]]; then
  for package in "${files[@]}" "${others[@]}"; do
    fail "'$package': $tool cannot install packages of rpm"
  done
fi

named "${names[@]}" "${debug[@]}" || exit 1
look "${names[@]}"
if [[ -n $check_first ]]; then
  needed=("${lacking[@]}")
else
  needed=("${names[@]}")
fi
wanted=("${needed[@]}" "${others[@]}" "${files[@]}")
if [[ ${#wanted[@]} -gt 0 || ${#debug[@]} -gt 0 ]] && [[ -z $tool ]]; then
  fail "cannot install ${wanted[*]} ${debug[*]}: there is no dnf5, dnf, yum, apt-get, zypper or apk"
fi

# provider PATH: prints what to ask apt-get or apk for to get a file.
provider() {
  local package
  if [[ $tool == apk ]]; then
    echo "cmd:${1##*/}"
    return
  fi
  if ! hash apt-file 2>/dev/null; then
    install all apt-file >&2 && apt-file update >&2 || return
  fi
  read -r package < <(apt-file find --package-only --fixed-string "$1") && echo "$package"
}

# translate: what names that are paths are called by the tool.
translate() {
  local package provided
  called=()
  for package in "${wanted[@]}"; do
    if [[ $package == /* && ( $tool == apt-get || $tool == apk ) ]] && provided=$(provider "$package"); then
      package=$provided
    fi
    called+=("$package")
  done
}

options=()
if is_dnf; then
  for pattern in "${exclude[@]}"; do
    options+=("--exclude=$pattern")
  done
  if [[ -n $skip_missing ]]; then
    [[ $tool != dnf5 ]] || options+=(--skip-unavailable)
    options+=(--skip-broken)
  fi
fi
[[ $tool != zypper || ${#files[@]} -eq 0 ]] || options+=(--allow-unsigned-rpm)

# call PACKAGE...: asks for all of them at once.
call() {
  local status
  case $tool in
    dnf5 | dnf | yum) "$tool" -y install "${options[@]}" "$@" ;;
    zypper)
      zypper --non-interactive install --auto-agree-with-licenses "${options[@]}" "$@"
      status=$?
      [[ $status -eq 0 || $status -eq 102 || $status -eq 103 || $status -eq 106 ]] ;; # a reboot is wanted, and the like
    *) install all "$@" ;;
  esac
}

# refresh: fetches new lists of packages; fails where the tool has done that already.
refresh() {
  case $tool in
    dnf5 | dnf) "$tool" -y makecache --refresh ;;
    yum) yum -y makecache ;;
    zypper) zypper --non-interactive refresh ;;
    *) return 1 ;;
  esac
}

missing=()
if [[ ${#wanted[@]} -gt 0 ]]; then
  translate
  named "${called[@]}" || exit 1 # providers, too
  call "${called[@]}"
  status=$?
  look "${needed[@]}"
  if [[ $status -ne 0 || ( ${#lacking[@]} -gt 0 && -z $skip_missing ) ]] && refresh; then
    call "${called[@]}"
    status=$?
    look "${needed[@]}"
  fi
  if [[ -n $skip_missing && $status -ne 0 && ${#called[@]} -gt 1 ]]; then
    # one that cannot be had is in the way of the others
    for package in "${called[@]}"; do
      call "$package" || [[ $package != [@/]* && $package != http*://* ]] || missing+=("$package")
    done
    look "${needed[@]}"
    status=0
  fi
  missing+=("${lacking[@]}")
  if [[ -z $skip_missing && ${#missing[@]} -gt 0 ]]; then
    fail "not installed: ${missing[*]}"
  fi
  if [[ $status -ne 0 && ( -z $skip_missing || ${#called[@]} -eq 1 ) && ${#lacking[@]} -eq 0 && $(( ${#others[@]} + ${#files[@]} )) -gt 0 ]]; then
    [[ -n $skip_missing ]] || fail "not all of this was installed: ${others[*]} ${files[*]}"
    missing+=("${called[@]}")
  fi
  # a package of the same name and version may have been there
  if [[ ${#files[@]} -gt 0 && ${#missing[@]} -eq 0 ]]; then
    case $tool in
      zypper) zypper --non-interactive install --auto-agree-with-licenses --allow-unsigned-rpm --force "${files[@]}" ;;
      *) "$tool" -y reinstall "${files[@]}" ;;
    esac || fail "not reinstalled: ${files[*]}"
  fi
fi

look "${debug[@]}"
if [[ ${#lacking[@]} -gt 0 ]]; then
  bases=()
  for package in "${lacking[@]}"; do
    base=${package%-debug*}
    [[ " ${bases[*]} " == *" $base "* ]] || bases+=("$base")
  done
  case $tool in
    dnf5)
      tool_needs 'dnf5-command(debuginfo-install)'
      dnf5 debuginfo-install -y "${bases[@]}" ;;
    dnf)
      tool_needs dnf-plugins-core
      dnf debuginfo-install -y "${bases[@]}" ;;
    yum)
      tool_needs yum-utils
      debuginfo-install -y "${bases[@]}" ;;
  esac
  look "${debug[@]}"
  missing+=("${lacking[@]}")
  [[ ${#lacking[@]} -eq 0 || -n $skip_missing ]] || fail "not installed: ${lacking[*]}"
fi
[[ ${#missing[@]} -eq 0 ]] || echo "left out, since it cannot be had (missing: skip): ${missing[*]}"
exit 0
