# Ends what tests left behind and removes the work directory. Follows the texts of hierarchies.sh and sweep.sh.
# Arguments: suffix of the work directory's name, cgroup (empty: there may be one all the same), mark of the executor,
# suffix of the cgroup's name, limits for sweep.sh.
cgroup=$2
if [[ -z $cgroup ]]; then # start.sh was cut off before it could say
  hierarchies
  for hierarchy in "${hierarchies[@]}"; do
    [[ -d ${hierarchy%/}/atex-$4 ]] && cgroup=${hierarchy%/}/atex-$4
  done
fi
sweep "$cgroup" "$3" "" "$5" || echo "processes of tests cannot be ended"
if [[ -n $cgroup && -d $cgroup ]]; then
  # Deepest first: a test may have made some below.
  remove() {
    local directory
    for directory in "$1"/*/; do
      [[ -d $directory ]] && remove "${directory%/}"
    done
    rmdir "$1"
  }
  remove "$cgroup" 2>&1
fi
# What a test has mounted in the work directory is not in it: it is taken out, the last mounted first.
unmounted() { # directory
  local root point points=() kept=0
  root=$(cd -P "$1" && pwd -P) || return
  while read -r _ _ _ _ point _; do
    point=$(printf '%b' "$point")
    [[ $point/ != "$root"/* ]] || points=("$point" "${points[@]}")
  done < /proc/self/mountinfo
  for point in "${points[@]}"; do
    umount -l "$point" || kept=1
  done
  return $kept
}
for parent in /var "${TMPDIR:-/var/tmp}" /tmp; do
  work=$parent/atex-$1
  # What another user has put there is none of ours. rm and chmod walk by descriptors, and follow no links.
  if [[ -O $work && -d $work && ! -L $work ]]; then
    unmounted "$work" 2>&1 || continue
    rm -rf "$work" 2>/dev/null || {
      # Root may do all but delete what is immutable.
      if [[ $EUID -eq 0 ]]; then chattr -R -f -i -a "$work"; else chmod -R u+rwx "$work"; fi
    } >/dev/null 2>&1
    [[ ! -e $work ]] || rm -rf "$work" 2>&1
  fi
done
exit 0
