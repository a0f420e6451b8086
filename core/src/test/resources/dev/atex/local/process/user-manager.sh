# Runs a command as a user without rights who has a systemd user manager, where there is no systemd. As root, in mount and PID
# namespaces of its own. Arguments: a new name for a control group, the user's id, a directory of his, the command.
name=$1 user=$2 home=$3
shift 3
mount --make-rprivate / || exit 90
mount -t tmpfs tmpfs /run || exit 91
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup || exit 92
export XDG_RUNTIME_DIR=/run/user/$user HOME="$home"
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" "/sys/fs/cgroup/$name/user" || exit 93
chown -R "$user:$user" "/sys/fs/cgroup/$name/user" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
export DBUS_SESSION_BUS_ADDRESS="unix:path=$XDG_RUNTIME_DIR/bus"
(
  read -r self _ < /proc/self/stat
  echo "$self" > "/sys/fs/cgroup/$name/user/cgroup.procs" || exit 94
  exec timeout -k 1 60 setpriv --reuid="$user" --regid="$user" --clear-groups sh -c '
    /lib/systemd/systemd --user > "$HOME/manager.log" 2>&1 &
    manager=$!
    until [ "$(systemctl --user is-system-running 2>/dev/null)" = running ]; do
      kill -0 "$manager" || exit 95
      sleep 0.1
    done
    "$@"
    code=$?
    kill -KILL "$manager"
    exit "$code"
  ' sh "$@"
)
code=$?
# what the manager has started (its bus) is below it
echo 1 > "/sys/fs/cgroup/$name/cgroup.kill"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  find "/sys/fs/cgroup/$name" -depth -type d -exec rmdir {} + 2>/dev/null && break
  sleep 0.1
done
exit "$code"
