# Runs one test. For any POSIX shell: where sh is dash, that starts and forks faster than bash. The only programs of a normal
# run are head, if the parameters are long, setsid and the test's own bash.
#
#   sh wrapper.sh WORK BYTES END     the first BYTES of standard input are assignments and a function "variables"; the last
#                                    line, with END in it, is "complete=END"
#
# Everybody on the machine sees arguments. So neither those parameters nor the test's script are any: they lie in files of the
# work directory, which is closed to others.
#
# stdout: the control stream, moved to descriptor 3
# stderr: the captured output of the test, moved to 5; complete when the end mark has come
# stdin:  words of the controller, moved to 4. "abort", "cancel" and "expire" end the test; after "expire" all files of its
#         data directory are sent, after "cancel" a few small ones, after "abort" none. "detach": it is left alone. End of
#         file without "detach" means "abort".
# Exit code: 0; 3 when the test and all that it started was ended by an abort; others are failures.
work=$1
exec 3>&1 4<&0 5>&2 </dev/null >/dev/null 2>/dev/null

complete=
if [ "$2" -le 4000 ]; then # a builtin reads byte by byte, which takes less than starting a program
  parameters=
  while IFS= read -r line; do
    parameters=$parameters$line'
'
    [ "$line" != "complete=$3" ] || break
  done <&4
  eval "$parameters"
else
  head -c "$2" <&4 > "$work/parameters" && . "$work/parameters"
fi
[ "$complete" = "$3" ] || exit 70
own=$work/invocation

# holds DIRECTORY: whether something is in it.
holds() {
  set -- "$1"/* "$1"/.[!.]* "$1"/..?*
  for entry; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then return 0; fi
  done
  return 1
}

# used: whether a test has left something in its directory, or has changed that.
used() {
  [ -d "$own/data" ] && [ ! -L "$own/data" ] && [ -L "$own/metadata.yaml" ] || return 0
  for entry in "$own"/* "$own"/.[!.]* "$own"/..?*; do
    case $entry in
      "$own/data" | "$own/metadata.yaml") ;;
      *) if [ -e "$entry" ] || [ -L "$entry" ]; then return 0; fi ;;
    esac
  done
  holds "$own/data"
}

# Nothing is deleted where something is mounted: that would be what is mounted there. It is put aside for stop.sh then.
renew() {
  mounted=
  while read -r line; do
    case $line in *"/${work##*/}/invocation"*) mounted=1 ;; esac
  done < /proc/self/mountinfo
  n=0
  while [ -e "$work/left-$n" ] || [ -L "$work/left-$n" ]; do n=$((n + 1)); done
  if [ -e "$own" ] || [ -L "$own" ]; then mv "$own" "$work/left-$n" || return; fi
  mkdir -p "$own/data" && ln -s ../metadata.yaml "$own/metadata.yaml" || return
  [ -n "$mounted" ] || rm -rf "$work/left-$n"
}
if [ -n "$fresh" ] && used; then
  renew || exit 72
fi
printf %s "$metadata" > "$work/metadata.yaml" || exit 71
printf %s "$script" > "$work/script" || exit 71
: > "$work/pid"

# Started before the test, which then runs in the foreground: background jobs of a shell ignore INT and QUIT.
# It says that it aborts before it looks for the test's process id; the test looks for that after it has written its own.
{
  exec 3>&- 5>&-
  word=
  read -r word <&4
  [ "$word" = detach ] && echo "- $test_mark" > "$work/aborting" && exit
  echo "$test_mark $word" > "$work/aborting"
  exec "$bash" "$work/abort.sh" running "$work" "$cgroup" "$executor_mark" "$test_mark" "$limit_range"
} &
watcher=$!
exec 8<>"$work/alive" # for start.sh

# enter: what this shell starts from now on belongs to the test, and ends with it.
enter() {
  [ -z "$cgroup" ] || echo 0 > "$cgroup/cgroup.procs"
  # The limit of file locks, which Linux has no use for: no child can take that mark off. It is -w for dash and busybox.
  [ -z "$limit" ] || ulimit -x "$limit" 2>/dev/null || ulimit -w "$limit" 2>/dev/null
}

# ours SCRIPT ARGUMENT...: runs a script of ours that writes to the control stream.
ours() (
  exec 4<&- 8>&-
  enter
  export ATEX_MARK="${ATEX_MARK:+$ATEX_MARK:}$test_mark"
  program=$work/$1
  shift
  exec "$bash" "$program" "$work" "$@"
)

# What looks at the machine around the test costs none of its time.
before() {
  printf 'duration save\nduration 10m\n' >&3
  printf %s "$check_calls" > "$work/check-calls"
  ours check.sh before
  printf 'duration restore\n' >&3
}

# after WORD: the test is not started again.
after() {
  if [ -n "$check_calls" ] && [ "$1" != cancel ]; then
    [ -n "$1" ] || printf 'duration save\nduration 10m\n' >&3
    ours check.sh after "$1"
    [ -n "$1" ] || printf 'duration restore\n' >&3
  fi
  if holds "$own/data"; then
    ours data.sh "$1"
  fi
}

# Ends what is left of the test's process group.
group() {
  read -r pid < "$work/pid"
  if [ -n "$pid" ]; then
    kill -KILL "-$pid"
    [ -n "$tty" ] && read -r pid < "$work/tty.pid" && kill -KILL "-$pid"
  fi
}
[ -z "$fresh" ] || [ -z "$check_calls" ] || before

(
  exec 1>&5 2>&5 4<&- 5>&- 8>&-
  read -r pid rest < /proc/self/stat
  echo "$pid" > "$work/pid"
  read -r aborting rest < "$work/aborting"
  [ "$aborting" != "$test_mark" ] || exit 129
  enter
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

# The watcher lives as long as something can be aborted. Nobody listens to what was detached: it is started again.
done=
read -r aborting word < "$work/aborting"
if [ "$aborting" != "$test_mark" ] && [ "$aborting $word" != "- $test_mark" ] && [ -n "$metadata" ]; then # that of a test
  case " $restart_codes " in
    *" $code "*) ;;
    *)
      if [ -n "$check_calls" ] || holds "$own/data"; then
        [ -z "$kill_group" ] || group
        : > "$work/pid"
        after ""
      fi ;;
  esac
  done=1
fi

# Ends the watcher, unless it has aborted and is done.
kill "$watcher"
wait "$watcher"
watched=$?
read -r aborting word < "$work/aborting"
if [ -n "$kill_group" ] || [ "$aborting" = "$test_mark" ]; then group; fi
result=0
if [ "$aborting" = "$test_mark" ]; then
  result=3
  if [ "$watched" -ne 0 ]; then
    "$bash" "$work/abort.sh" ended "$work" "$cgroup" "$executor_mark" "$test_mark" "$limit_range" || result=73
  fi
  if [ -z "$done" ] && [ -n "$metadata" ]; then
    case $word in expire | cancel) after "$word" ;; esac
  fi
fi

[ -z "$end_mark" ] || printf %s "$end_mark" >&5
[ -z "$send_exitcode" ] || printf 'exitcode %d\n' "$code" >&3
exit "$result"
