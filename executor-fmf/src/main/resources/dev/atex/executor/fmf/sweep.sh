# Ends every process that tests left behind: those in a cgroup, and those that carry a mark in their environment.
# Killing is repeated until nothing is found, since processes may fork while it goes on.

# carries PID MARK: whether the process was started with MARK, which nothing else holds, in its environment.
carries() {
  local environment= LC_ALL=C
  { IFS= read -r -N 3000000 environment < "/proc/$1/environ"; } 2>/dev/null # without the NULs
  [[ $environment == *"$2"* ]]
}

# members DIRECTORY: adds the processes of a cgroup, and of those below it, to the array found.
members() {
  local pid directory
  while read -r pid; do
    found+=("$pid")
  done 2>/dev/null < "$1/cgroup.procs"
  for directory in "$1"/*/; do
    [[ -e $directory/cgroup.procs ]] && members "${directory%/}"
  done
}

# sweep CGROUP EXECUTOR-MARK TEST-MARK: spares the processes of the executor's other tests. CGROUP may be empty;
# an empty TEST-MARK spares nothing. Fails when something is still there in the end.
sweep() {
  local cgroup=$1 executor_mark=$2 test_mark=${3:-$2} pass pid found targets
  if [[ -n $cgroup ]]; then
    echo 0 > "$cgroup/pids.max" # no more forks
  fi 2>/dev/null
  for ((pass = 0; pass < 200; pass++)); do
    found=()
    targets=()
    if [[ -n $cgroup ]]; then
      members "$cgroup"
      for pid in "${found[@]}"; do
        if carries "$pid" "$test_mark" || ! carries "$pid" "$executor_mark"; then
          targets+=("$pid")
        fi
      done
    fi
    for pid in /proc/[0-9]*; do
      carries "${pid#/proc/}" "$test_mark" && targets+=("${pid#/proc/}")
    done
    [[ ${#targets[@]} -eq 0 ]] && break
    kill -KILL "${targets[@]}" 2>/dev/null
    sleep 0.005
  done
  if [[ -n $cgroup ]]; then
    echo max > "$cgroup/pids.max"
  fi 2>/dev/null
  [[ ${#targets[@]} -eq 0 ]]
}
