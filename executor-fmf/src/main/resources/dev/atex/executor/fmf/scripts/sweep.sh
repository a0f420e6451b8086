# Ends every process that tests left behind: those in a cgroup, and those that carry a mark in their environment or in
# their limit of file locks, which they can neither clear nor hide.
# Killing is repeated until two looks in a row find nothing, since processes may fork while it goes on.

# carries PID MARK: whether the process was started with MARK, which nothing else holds, in its environment.
carries() {
  local environment= LC_ALL=C
  IFS= read -r -N 3000000 environment < "/proc/$1/environ" # without the NULs
  [[ $environment == *"$2"* ]]
}

# members DIRECTORY: adds the processes of a cgroup, and of those below it, to the array found.
members() {
  local pid directory
  while read -r pid; do
    found+=("$pid")
  done < "$1/cgroup.procs"
  for directory in "$1"/*/; do
    [[ -e $directory/cgroup.procs ]] && members "${directory%/}"
  done
}

# limited PID: whether the limit of a process is one of those in range, "BELOW FIRST COUNT": without its last BELOW bits it
# is FIRST, or one of those that follow it. Not if it has ended and only waits for its parent, who may never ask.
limited() {
  local words stat=
  mapfile -s 11 words < "/proc/$1/limits" # to its end: else bash keeps the rest, if the process is gone by then
  words=($words)
  [[ ${words[2]} == locks && ${words[4]} == [0-9]* ]] || return
  words=$(((words[4] >> range[0]) - range[1]))
  ((words >= 0 && words < range[2])) || return
  read -r stat < "/proc/$1/stat"
  [[ ${stat##*) } != [ZX]* ]]
}

# hit PID: kills it, and notes that. What belongs to another user, by sudo say, is out of reach.
hit() {
  if kill -KILL "$1" || [[ ! -e /proc/$1 ]]; then
    seen=1
  fi
}

# look CGROUP EXECUTOR-MARK TEST-MARK: kills what is to end, at once when it is met, and sets seen if there was some.
look() {
  local i last pid found=()
  if [[ -n $1 ]]; then
    members "$1"
    for pid in "${found[@]}"; do
      if carries "$pid" "$3" || ! carries "$pid" "$2"; then
        hit "$pid"
      fi
    done
  fi
  for pid in /proc/[0-9]*; do
    pid=${pid#/proc/}
    { [[ -n $range ]] && limited "$pid"; } || carries "$pid" "$3" && hit "$pid"
  done
  # One that forks and exits all the time was gone when its turn came: what has just begun is met more often.
  for ((i = 0; i < 10; i++)); do
    read -r _ _ _ _ last < /proc/loadavg || break
    for ((pid = last; pid > last - 8 && pid > 0; pid--)); do
      if [[ -n $range ]]; then limited "$pid"; else carries "$pid" "$3"; fi && hit "$pid"
    done
  done
}

# sweep CGROUP EXECUTOR-MARK TEST-MARK RANGE: spares the processes of the executor's other tests. CGROUP may be empty, and
# RANGE, the limits to look for; an empty TEST-MARK spares nothing. Fails when something is still there in the end.
sweep() {
  local cgroup=$1 executor_mark=$2 test_mark=${3:-$2} pass clean=0 seen range
  range=($4)
  if [[ -n $cgroup ]]; then
    echo 0 > "$cgroup/pids.max" # no more forks
  fi 2>/dev/null
  for ((pass = 0; pass < 200 && clean < 2; pass++)); do
    seen=
    look "$cgroup" "$executor_mark" "$test_mark" 2>/dev/null # many are gone when they are looked at
    if [[ -n $seen ]]; then
      clean=0
      sleep 0.005
    else
      clean=$((clean + 1))
    fi
  done
  if [[ -n $cgroup ]]; then
    echo max > "$cgroup/pids.max"
  fi 2>/dev/null
  [[ $clean -eq 2 ]]
}
