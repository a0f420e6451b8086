# Makes the work directory on the remote and says what is there. Argument: the suffix of the work directory's name.
# Prints facts, one a line: "missing NAME", or "work PATH", "cgroup PATH", "boot ID", "default-signals".
if [[ -z $BASH_VERSION || ${BASH_VERSINFO[0]} -lt 4 || ( ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -lt 2 ) ]]; then
  echo "missing bash 4.2 or newer (this is ${BASH_VERSION:-another shell})"
  exit 0
fi
missing=
for tool in setsid flock script tar cat chmod head mkdir rm rmdir sleep stty; do
  if ! hash "$tool" 2>/dev/null; then
    [[ $tool == script ]] && echo "no-tty" && continue # needed by tests with "tty: true" only
    echo "missing $tool"
    missing=1
  fi
done
[[ -n $missing ]] && exit 0

# /var/tmp does not survive everywhere what /var does.
for parent in /var "${TMPDIR:-/var/tmp}" /tmp; do
  if mkdir -m 700 "$parent/atex-$1" 2>/dev/null; then
    work=$parent/atex-$1
    break
  fi
done
if [[ -z $work ]]; then
  echo "missing a writable directory (tried /var, ${TMPDIR:-/var/tmp} and /tmp)"
  exit 0
fi
mkdir "$work/tests" && : > "$work/plan_env" || exit
echo "work $work"

# A container for everything that tests start; below our own, so that ours holds it too.
hierarchies=()
while IFS=: read -r id controllers path; do
  case $id:$controllers in
    *:pids) hierarchies=("/sys/fs/cgroup/pids$path" "${hierarchies[@]}") ;;
    0:) hierarchies+=("/sys/fs/cgroup$path") ;;
  esac
done 2>/dev/null < /proc/self/cgroup
for hierarchy in "${hierarchies[@]}"; do
  cgroup=${hierarchy%/}/atex-$1
  if [[ -w $hierarchy/cgroup.procs ]] && mkdir "$cgroup" 2>/dev/null; then
    if (echo 0 > "$cgroup/cgroup.procs") 2>/dev/null; then
      echo "cgroup $cgroup"
      break
    fi
    rmdir "$cgroup"
  fi
done

read -r boot 2>/dev/null < /proc/sys/kernel/random/boot_id
read -r stat 2>/dev/null < /proc/1/stat
stat=${stat##*) }
stat=($stat)
echo "boot $boot-${stat[19]}"

# A shell cannot reset signals that were ignored when it started; coreutils 8.31 can.
while read -r key value; do
  if [[ $key == SigIgn: ]] && (( 0x$value & 0x1007 )) && env --default-signal=INT true 2>/dev/null; then
    echo "default-signals"
  fi
done 2>/dev/null < /proc/self/status
exit 0
