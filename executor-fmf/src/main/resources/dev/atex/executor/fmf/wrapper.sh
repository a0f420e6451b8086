# Runs one test. For any POSIX shell: where sh is dash, that starts and forks faster than bash. The only programs of a normal
# run are head, setsid and the test's own bash.
#
#   sh wrapper.sh WORK BYTES     the first BYTES of standard input are assignments and a function "variables"
#
# Everybody on the machine sees arguments. So neither those parameters nor the test's script are any: they lie in files of the
# work directory, which is closed to others.
#
# stdout: the control stream, moved to descriptor 3
# stderr: the captured output of the test, moved to 5; complete when the end mark has come
# stdin:  words of the controller, moved to 4: "abort", "detach". End of file without "detach" means "abort".
# Exit code: 0; 3 when the test and all that it started was ended by an abort; others are failures.
work=$1
exec 3>&1 4<&0 5>&2 </dev/null >/dev/null 2>/dev/null

complete=
head -c "$2" <&4 > "$work/parameters" && . "$work/parameters"
[ -n "$complete" ] || exit 70
printf %s "$metadata" > "$work/metadata.yaml" || exit 71
printf %s "$script" > "$work/script" || exit 71
: > "$work/pid"

# Started before the test, which then runs in the foreground: background jobs of a shell ignore INT and QUIT.
# It says that it aborts before it looks for the test's process id; the test looks for that after it has written its own.
{
  exec 3>&- 5>&-
  word=
  read -r word <&4
  [ "$word" = detach ] && exit
  echo "$test_mark" > "$work/aborting"
  exec "$bash" "$work/abort.sh" running "$work" "$cgroup" "$executor_mark" "$test_mark" "$limit_range"
} &
watcher=$!
exec 8<>"$work/alive" # for start.sh

(
  exec 1>&5 2>&5 4<&- 5>&- 8>&-
  read -r pid rest < /proc/self/stat
  echo "$pid" > "$work/pid"
  read -r aborting < "$work/aborting"
  [ "$aborting" != "$test_mark" ] || exit 129
  [ -z "$cgroup" ] || echo 0 > "$cgroup/cgroup.procs"
  # The limit of file locks, which Linux has no use for: no child can take that mark off. It is -w for dash and busybox.
  [ -z "$limit" ] || ulimit -x "$limit" 2>/dev/null || ulimit -w "$limit" 2>/dev/null
  cd "$directory" || exit 126
  [ -n "$control" ] || exec 3>&-
  # Positional parameters from here on, since the test's variables can have any name.
  if [ -n "$tty" ]; then
    : > "$work/tty.pid"
    set -- "$setsid" "$script_tool" -qec "exec $bash $work/tty.sh" /dev/null
    export SHELL="$bash"
  else # as by bash -c: messages are the same, and what the test reads is not the script
    set -- "$setsid" "$bash" -c 'eval "set --; $(<"$1")"' "$bash" "$work/script"
  fi
  if [ -n "$default_signals" ]; then
    set -- "$env" --default-signal=HUP,INT,QUIT,PIPE "$@"
  fi
  __atex_env=$env
  __atex_odd= # variables that a shell cannot set: readonly ones, and names that are no identifiers
  variables
  if [ -n "$__atex_odd" ]; then
    eval "exec \"\$__atex_env\" -- $__atex_odd \"\$@\""
  fi
  exec "$@"
)
code=$?
trap '' PIPE

# Ends the watcher, unless it has aborted and is done.
kill "$watcher"
wait "$watcher"
watched=$?
read -r pid < "$work/pid"
read -r aborting < "$work/aborting"
if [ -n "$pid" ] && [ -n "$kill_group$aborting" ]; then
  kill -KILL "-$pid"
  [ -n "$tty" ] && read -r pid < "$work/tty.pid" && kill -KILL "-$pid"
fi
result=0
if [ "$aborting" = "$test_mark" ]; then
  result=3
  if [ "$watched" -ne 0 ]; then
    "$bash" "$work/abort.sh" ended "$work" "$cgroup" "$executor_mark" "$test_mark" "$limit_range" || result=73
  fi
fi

[ -z "$end_mark" ] || printf %s "$end_mark" >&5
[ -z "$send_exitcode" ] || printf 'exitcode %d\n' "$code" >&3
exit "$result"
