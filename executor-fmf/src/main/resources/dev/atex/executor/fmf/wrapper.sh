# Runs one test. Needs bash 4.2; the only programs of a normal run are setsid and the test's own bash.
#
#   bash wrapper.sh WORK PARAMETERS      assignments and a function "variables", evaluated here
#   bash wrapper.sh WORK stdin BYTES     the same, as the first BYTES of standard input
#
# stdout: the control stream, moved to descriptor 3 (one digit, so that dash can use it)
# stderr: the captured output of the test, moved to 5; complete when the end mark has come
# stdin:  words of the controller, moved to 4: "abort", "detach". End of file without "detach" means "abort".
work=$1
exec 3>&1 4<&0 5>&2 </dev/null >/dev/null 2>/dev/null

complete=
if [[ $2 == stdin ]]; then
  head -c "$3" <&4 > "$work/parameters" && . "$work/parameters"
else
  eval "$2"
fi
[[ -n $complete ]] || exit 70
printf %s "$metadata" > "$work/metadata.yaml" || exit 71
if [[ -n $script_file ]]; then
  printf %s "$script" > "$work/script" || exit 71
fi
hash setsid env || exit 72
setsid=${BASH_CMDS[setsid]}
env=${BASH_CMDS[env]}

# Started before the test, which then runs in the foreground: background jobs of a shell ignore INT and QUIT.
# The test's process id comes through our pipe; it is sent back for the end of the test.
coproc watcher {
  exec 3>&- 5>&-
  read -r pid || exit
  echo "$pid"
  word=
  read -r word <&4
  [[ $word == detach ]] && exit
  ended=
  trap 'ended=1' TERM # sent when the test proper has ended
  signal_test() {
    kill "-$1" -- "-$pid" || kill "-$1" "$pid"
    [[ -n $tty && -s $work/tty.pid ]] && read -r terminal < "$work/tty.pid" && kill "-$1" -- "-$terminal"
  }
  signal_test HUP
  if [[ -z $ended ]]; then
    sleep 0.3 &
    wait $!
    kill $!
  fi
  signal_test KILL
  . "$work/sweep.sh"
  sweep "$cgroup" "$executor_mark" "$test_mark"
}
watcher_pid=$watcher_PID
eval "exec 6>&${watcher[1]} ${watcher[1]}>&- 7<&${watcher[0]} ${watcher[0]}<&-"
exec 8<>"$work/alive" # for start.sh

(
  echo "$BASHPID" >&6
  [[ -n $cgroup ]] && echo 0 > "$cgroup/cgroup.procs"
  exec 1>&5 2>&5 4<&- 5>&- 6>&- 7<&- 8>&-
  cd -- "$directory" || exit 126
  [[ -n $control ]] || exec 3>&-
  # Positional parameters from here on, since the test's variables can have any name.
  if [[ -n $tty ]]; then
    rm -f "$work/tty.pid"
    hash script
    set -- "$setsid" "${BASH_CMDS[script]}" -qec "exec $BASH $work/tty.sh" /dev/null
    export SHELL=$BASH
  elif [[ -n $script_file ]]; then
    set -- "$setsid" "$BASH" "$work/script"
  else
    set -- "$setsid" "$BASH" -c "$script"
  fi
  if [[ -n $default_signals ]]; then
    set -- "$env" --default-signal=HUP,INT,QUIT,PIPE "$@"
  fi
  set -- "$env" "$@"
  __atex_odd=() # variables that a shell cannot set: readonly ones, and names that are no identifiers
  variables
  if [[ ${#__atex_odd[@]} -gt 0 ]]; then
    exec "$1" -- "${__atex_odd[@]}" "${@:2}"
  fi
  shift
  exec "$@"
)
code=$?
trap '' PIPE

exec 6>&-
read -r pid <&7
kill "$watcher_pid" # without effect once it is aborting
wait "$watcher_pid"
if [[ -n $kill_group && -n $pid ]]; then
  kill -KILL -- "-$pid"
  [[ -n $tty && -s $work/tty.pid ]] && read -r pid < "$work/tty.pid" && kill -KILL -- "-$pid"
fi

[[ -n $end_mark ]] && printf %s "$end_mark" >&5
[[ -n $send_exitcode ]] && printf 'exitcode %d\n' "$code" >&3
exit 0
