# Sees to packages, with the package tool that the machine has. Sourced by bash; arguments: the work directory, required
# packages, "--", recommended ones. Exits with 0 when everything that is required is there in the end, whatever the tool
# says: yum ends with 0 when it knows only some of the packages, zypper with 102 when it wants a reboot.
work=$1
. "$work/packagetool.sh"

# After "--look" only looked for: those that are not there are printed, a line each.
if [[ $2 == --look ]]; then
  look "${@:3}"
  printf '%s\n' "${lacking[@]}"
  exit 0
fi

shift
required=()
while [[ $# -gt 0 && $1 != -- ]]; do
  required+=("$1")
  shift
done
recommended=("${@:2}")

look "${required[@]}"
if [[ ${#lacking[@]} -gt 0 ]]; then
  if [[ -z $tool ]]; then
    echo "cannot install ${lacking[*]}: there is no dnf5, dnf, yum, apt-get, zypper or apk" >&2
    exit 1
  fi
  named "${lacking[@]}" || exit 1
  install all "${lacking[@]}"
  look "${lacking[@]}"
  if [[ ${#lacking[@]} -gt 0 ]]; then
    echo "required, but not installed: ${lacking[*]}" >&2
    exit 1
  fi
fi
[[ -n $tool ]] || exit 0

# What cannot be had is asked for once, not for each test.
refused=" "
[[ -e $work/refused ]] && read -r -d '' refused < "$work/refused"
look "${recommended[@]}"
wanted=()
for package in "${lacking[@]}"; do
  [[ " $refused " != *[[:space:]]"$package"[[:space:]]* ]] && named "$package" && wanted+=("$package")
done
if [[ ${#wanted[@]} -gt 0 ]]; then
  if ! install some "${wanted[@]}" && [[ ${#wanted[@]} -gt 1 ]]; then
    for package in "${wanted[@]}"; do
      install some "$package"
    done
  fi
  look "${wanted[@]}"
  [[ ${#lacking[@]} -eq 0 ]] || printf '%s\n' "${lacking[@]}" >> "$work/refused"
fi
exit 0
