# An interactive shell where a test runs, on a pseudo-terminal of its own. Arguments: the work directory; how many bytes of
# standard input are parameters: the rest is what somebody types. On the terminal: the work directory, "inside".
work=$1
if [[ $2 != inside ]]; then
  head -c "$2" > "$work/shell" && . "$work/shell" || exit 70
  [[ -z $cgroup ]] || echo 0 > "$cgroup/cgroup.procs"
  [[ -z $limit ]] || ulimit -x "$limit" 2>/dev/null
  printf -v command 'exec %q %q %q inside' "$BASH" "$work/shell.sh" "$work"
  export SHELL=$BASH
  exec "$script_tool" -qec "$command" /dev/null
fi
. "$work/shell"
tty > "$work/shell.tty"
stty rows "$rows" cols "$columns"
cd "$directory" || cd "$work/tests"
set -- "$BASH" -i
[[ -z $default_signals ]] || set -- "$env" --default-signal=HUP,INT,QUIT,PIPE "$@"
__atex_env=$env
__atex_odd= # see wrapper.sh
variables
eval "$settings"
exec 3>/dev/null # what is reported here goes nowhere
if [[ -n $test ]]; then
  printf %s "$test" > "$work/shell.test"
  printf -v script '%q -- %q' "$BASH" "$work/shell.test"
  printf -v from %q "$directory"
  eval "rerun() ( cd $from && exec $script )"
  export -f rerun
fi
if [[ -n $__atex_odd ]]; then
  eval "exec \"\$__atex_env\" -- $__atex_odd \"\$@\""
fi
exec "$@"
