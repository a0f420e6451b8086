# Ends a test and all that it started. Arguments: "running" or "ended", for the test proper; the work directory; the
# test's cgroup, or nothing; the marks of executor and test; the test's limits, for sweep.sh. The directory's file "pid" counts only while it is running.
work=$2
if [[ $1 == running && -s $work/pid ]]; then
  read -r pid < "$work/pid"
  signal_test() {
    kill "-$1" -- "-$pid" || kill "-$1" "$pid" # it may not have a group of its own yet
    [[ -s $work/tty.pid ]] && read -r terminal < "$work/tty.pid" && kill "-$1" -- "-$terminal"
  }
  signal_test HUP
  sleep 0.3 # the wrapper ends this process when the test has ended earlier
  signal_test KILL
fi 2>/dev/null
. "$work/sweep.sh"
sweep "$3" "$4" "$5" "$6"
