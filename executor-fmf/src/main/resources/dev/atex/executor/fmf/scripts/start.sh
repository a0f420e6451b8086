# Makes the work directory on the remote and says what is there. Follows the text of hierarchies.sh. Arguments: the suffix of the work directory's name;
# "new", or "again" after the connection was gone, perhaps for a reboot: the directory must be there then, and what the
# wrapper still runs comes to its end first; the suffix of the cgroup's name, which all users of the remote can read.
# Prints facts, one a line: "missing NAME", or "work PATH", "tool NAME PATH", "cgroup PATH" or "limit NUMBER", "boot ID", "default-signals".
if [[ -z $BASH_VERSION || ${BASH_VERSINFO[0]} -lt 4 || ( ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -lt 2 ) ]]; then
  echo "missing bash 4.2 or newer (this is ${BASH_VERSION:-another shell})"
  exit 0
fi
missing=
for tool in sh bash setsid env flock cat chmod head ln mkdir mkfifo mv rm rmdir sleep stat stty script; do
  if hash "$tool" 2>/dev/null; then
    echo "tool $tool ${BASH_CMDS[$tool]}"
  elif [[ $tool != script ]]; then # needed by tests with "tty: true" only
    echo "missing $tool"
    missing=1
  fi
done
[[ -n $missing ]] && exit 0

# /var/tmp does not survive everywhere what /var does.
work=
for parent in /var "${TMPDIR:-/var/tmp}" /tmp; do
  if [[ $2 == again ]]; then
    [[ -O $parent/atex-$1 && ! -L $parent/atex-$1 ]] && work=$parent/atex-$1
  else
    mkdir -m 700 "$parent/atex-$1" 2>/dev/null && work=$parent/atex-$1
  fi
  [[ -n $work ]] && break
done
if [[ -z $work && $2 == new ]]; then
  echo "missing a writable directory (tried /var, ${TMPDIR:-/var/tmp} and /tmp)"
fi
[[ -n $work ]] || exit 0
if [[ $2 == new ]]; then
  mkdir -p "$work/tests" "$work/invocation/data" && ln -s ../metadata.yaml "$work/invocation/metadata.yaml" &&
    : > "$work/plan_env" && : > "$work/aborting" && mkfifo "$work/alive" || exit
else
  # A wrapper has the pipe open for writing as long as it lives.
  exec 8<>"$work/alive" 9<"$work/alive" 8>&-
  read -r -u 9
  exec 9<&-
fi
echo "work $work"

# A container for everything that tests start.
contained=
hierarchies
for hierarchy in "${hierarchies[@]}"; do
  cgroup=${hierarchy%/}/atex-$3
  if [[ -w $hierarchy/cgroup.procs ]] && { [[ -d $cgroup ]] || mkdir "$cgroup" 2>/dev/null; }; then
    if (echo 0 > "$cgroup/cgroup.procs") 2>/dev/null; then
      echo "cgroup $cgroup"
      contained=1
      break
    fi
    rmdir "$cgroup"
  fi
done
# Else a mark, which wrapper.sh sets in the way that is tried here.
if [[ -z $contained ]] && limit=$(ulimit -H -x) && sh -c 'ulimit -x "$1" || ulimit -w "$1"' sh "$limit"; then
  echo "limit $limit"
fi 2>/dev/null

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
