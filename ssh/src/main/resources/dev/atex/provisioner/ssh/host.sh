# The lock of a host, and what leases leave there. For a POSIX shell, with coreutils, grep, find and flock.
# Arguments: an order, the id of a lease, its short name, and for some orders more.
#   lock LEASE SHORT OWNER SECONDS OVER   prints "locked", or "held SECONDS-LEFT OWNER"; OVER is a lease that has ended
#   renew LEASE SHORT SECONDS        prints "renewed" or "lost"
#   release LEASE SHORT              ends and removes what the lease left, gives its lock back; prints "released"
#   status LEASE SHORT               prints what there is, one a line
# The lock is a file of one line: LEASE SHORT EXPIRES OWNER. It outlives a reboot, and every user of the host can write it.
order=$1 lease=$2 short=$3
dir=/var/tmp/atex-host
export LC_ALL=C
umask 0

say() { echo "$*" >&2; }

held() { # sets by, by_short, expires, owner; fails when there is no lock, or one that somebody else has written
  by= by_short= expires=
  read -r by by_short expires owner 2>/dev/null < "$dir/lock"
  case $by in '' | *[!A-Za-z0-9:._-]*) return 1 ;; esac
  case $by_short in '' | *[!a-z0-9]*) return 1 ;; esac
  case $expires in '' | *[!0-9]* | ???????????*) return 1 ;; esac
}

write() { # seconds owner; never through a link that somebody has put there
  rm -f "$dir/new" || return
  (set -C; echo "$lease $short $(($(date +%s) + $1)) $2" > "$dir/new") && mv -f "$dir/new" "$dir/lock"
}

marked() { # lease: the processes that carry its id
  id=$(printf %s "$1" | sed 's/\./\\./g')
  grep -lsa -e "ATEX_MARK=[A-Za-z0-9:._-]*\b$id\([^A-Za-z0-9_-]\|\$\)" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
    [ "$pid" = "$$" ] || echo "$pid"
  done
}

groups() { # short: the control groups of its executor
  find /sys/fs/cgroup -type d -name "atex-$1" 2>/dev/null
}

directories() { # short
  for parent in /var "${TMPDIR:-/var/tmp}" /var/tmp /tmp; do
    [ ! -d "$parent/atex-$1" ] || [ -h "$parent/atex-$1" ] || echo "$parent/atex-$1"
  done | sort -u
}

unmounted() { # directory: takes what is mounted in it out of it, the last mounted first
  points=$(
    while read -r _ _ _ _ point _; do
      case $point/ in "$1"/*) printf '%s\n' "$point" ;; esac
    done < /proc/self/mountinfo | sed '1!G;h;$!d'
  )
  for point in $points; do # blanks are written as octal numbers there
    umount -l "$(printf '%b' "$point")" >&2 || return
  done
}

sweep() { # lease short
  pass=0
  while :; do
    pids=$(
      marked "$1"
      for group in $(groups "$2"); do find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null; done
    )
    [ -n "$pids" ] || break
    pass=$((pass + 1))
    [ $pass -le 200 ] || { say "these processes of lease $1 do not end:" $pids; return 1; }
    # shellcheck disable=SC2086 # a list
    kill -KILL $pids 2>/dev/null
    sleep 0.02
  done
  for group in $(groups "$2"); do find "$group" -depth -type d -exec rmdir {} + || return; done
  directories "$2" | while IFS= read -r path; do
    unmounted "$path" || { say "what is mounted in $path cannot be unmounted"; exit 1; }
    rm -rf -- "$path" 2>/dev/null || { chmod -R u+rwx -- "$path" 2>/dev/null; rm -rf -- "$path" || exit; }
  done
}

[ -d "$dir" ] || mkdir -m 777 "$dir" 2>/dev/null
[ -d "$dir" ] && [ ! -h "$dir" ] || { say "$dir cannot be made"; exit 1; }
exec 9<"$dir" || exit
flock 9 || exit

case $order in
  lock)
    if held && [ "$by" != "$lease" ]; then
      left=$((expires - $(date +%s)))
      # Longer than a day is a clock that was set.
      if [ "$by" != "$6" ] && [ $left -gt 0 ] && [ $left -lt 86400 ]; then
        echo "held $left $owner"
        exit 0
      fi
      sweep "$by" "$by_short" || exit
    fi
    write "$5" "$4" && echo locked
    ;;
  renew)
    if held && [ "$by" = "$lease" ]; then write "$4" "$owner" && echo renewed; else echo lost; fi
    ;;
  release)
    sweep "$lease" "$short" || exit
    if held && [ "$by" = "$lease" ]; then rm -f "$dir/lock" || exit; fi
    echo released
    ;;
  status)
    if held && [ "$by" = "$lease" ]; then echo "the lock"; fi
    count=$(marked "$lease" | wc -l)
    if [ "$count" -gt 0 ]; then echo "$count process(es)"; fi
    groups "$short"
    directories "$short"
    ;;
esac
