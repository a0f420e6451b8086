# Locks a host for a lease, and cleans up after it. For a POSIX shell with coreutils, grep, find and flock. Follows the text of
# marks.sh. Called by
#   timeout -s KILL LIMIT sh -c 'script=$1; shift; eval "$script"' atex-host THIS-TEXT ORDER LEASE SHORT WORK LIMIT NUMBERS ...
# Arguments: an order, the id of a lease, its short name, the end of the name of its work directory, the time limit in seconds,
# the numbers of the lease in limits (WIDE:NARROW, see limit_mark), and the arguments of the order:
#   lock ... OWNER SECONDS OVER   prints "locked", "held SECONDS-LEFT USER OWNER" (USER is - for the login user), or "ended" if
#                                 the lease was released late. OVER is a lease that has ended, whatever the lock says
#   renew ... SECONDS             prints "renewed" or "lost"
#   release ... late|known        ends and removes what the lease left, unlocks, prints "released". With late, an order to lock
#                                 may still arrive: it is refused then
#   status                        prints what the lease left, one item per line
#   bury                          ends and removes what leases of this user left, if the lock has expired; for root
#
# Each user has a directory that only he can write to, in a directory that nobody can take from him:
#   lock       the lock, a dangling symbolic link: it is created and replaced atomically, and read without being opened.
#              Its text: STATE LEASE SHORT BOOT START UNTIL SECONDS OWNER. STATE is "have", or "want" while other locks are read.
#              It holds until the uptime of the host is UNTIL seconds; after another boot, for SECONDS from then.
#   leases/    a link for each lease that may have left something. Its text: short name, work directory, numbers; no other
#              user can read it
#   ended/     a link for each lease that must not get a lock any more. Its text: BOOT START UNTIL, as in the lock
#   serial     locked (flock) by every process that changes the lock; no other user can open it
# A host is free when no user has a lock that holds. Everything survives a reboot, because tests reboot hosts.
order=$1 lease=$2 short=$3 work=$4 limit=$5 numbers=$6
me=$(id -u)
umask 077
export LC_ALL=C

put() { printf '%s\n' "$*"; } # echo interprets backslashes in some shells

say() { put "$@" >&2; }

fail() { say "$@"; exit 1; }

name() { # uid
  found_name=$(id -nu "$1" 2>/dev/null) || found_name=$(sed -n "s/^\\([^:]*\\):[^:]*:$1:.*/\\1/p" /etc/passwd | head -n 1)
  put "${found_name:-$1}"
}

is_number() { # at most ten digits without a leading zero, which every shell reads alike
  case $1 in '' | *[!0-9]* | 0?* | ???????????*) return 1 ;; esac
}

is_id() { case $1 in '' | .* | *[!A-Za-z0-9:._-]*) return 1 ;; esac; }

is_limit() { # digits, 63 bits
  case $1 in '' | *[!0-9]* | ????????????????????*) return 1 ;; esac
}

is_numbers() { # WIDE:NARROW, of 35 and 14 bits: the numbers of a lease in limits
  is_limit "${1%:*}" && is_number "${1#*:}"
}

is_short() { case $1 in '' | *[!a-z0-9]*) return 1 ;; esac; }

facts() { stat -c '%u %F' -- "$1" 2>/dev/null; } # path: its owner and type; does not follow links

# Sets up, boot and start: the uptime in seconds, the id of the boot, and the start of the first process, which changes when a
# container restarts. The clock is useless: tests set it, and some hosts have none that runs without power.
now() {
  read -r up _ < /proc/uptime
  up=${up%.*}
  [ -z "$boot" ] || return 0
  read -r boot 2>/dev/null < /proc/sys/kernel/random/boot_id || boot=-
  start=$(sed 's/.*) //' /proc/1/stat 2>/dev/null | cut -d ' ' -f 20) # some hosts show it to root only
  is_number "$start" || start=-
}
boot=

parse() { # text of a lock: sets its fields, and left, the seconds until it expires; fails if it is malformed
  state= left=0
  case $1 in *[!\ -~]*) return 1 ;; esac
  set -f
  # shellcheck disable=SC2086 # words
  set -- $1
  set +f
  [ $# -gt 7 ] && is_id "$2" && is_short "$3" && is_number "$6" && is_number "$7" || return 1
  case $1 in have | want) ;; *) return 1 ;; esac
  [ "$7" -lt 86400 ] || return 1
  state=$1 by=$2 by_short=$3 span=$7
  now
  if [ "$4" = "$boot" ] && { [ "$5" = "$start" ] || [ "$5" = - ] || [ "$start" = - ]; }; then
    left=$(($6 - up))
    [ $left -le "$span" ] || left=0 # not written in this boot
  else
    age=$up # of this boot; times of processes are in hundredths of a second
    [ "$start" = - ] || [ $((start / 100)) -gt "$up" ] || age=$((up - start / 100))
    left=$((span - age))
  fi
  shift 7
  owner=$*
}

# An order cannot arrive after more than a day, or after a boot.
late=86400

pending() { # text of a link in ended/: succeeds if an order of that lease may still arrive
  set -f
  # shellcheck disable=SC2086 # words
  set -- $1
  set +f
  now
  [ "$1" = "$boot" ] && { [ "$2" = "$start" ] || [ "$2" = - ] || [ "$start" = - ]; } && is_number "$3" &&
    [ "$3" -gt "$up" ] && [ $(($3 - up)) -le $late ]
}

end_lease() { # refuses later orders to lock of this lease
  now
  mkdir "$dir/ended" 2>/dev/null
  is_ours "$dir/ended" && rm -f -- "$dir/ended/$lease" && ln -s "$boot $start $((up + late))" "$dir/ended/$lease" ||
    fail "$dir/ended cannot be written"
}

forget_ended() { # forgets leases whose orders cannot arrive any more
  for each in "$dir/ended/"*; do
    [ ! -h "$each" ] || pending "$(readlink -- "$each")" || rm -f -- "$each"
  done
}

held() { # reads the lock of this user; fails if there is none
  parse "$(readlink -- "$dir/lock" 2>/dev/null)"
}

is_ours() { # directory: succeeds if nobody else can write to it
  [ "$(facts "$1")" = "$me directory" ] || return
  case $(stat -c %a "$1") in *[2367] | *[2367]?) return 1 ;; esac
}

choose() { # sets dir to the directory of the lock of this user, if there is one
  dir=/var/tmp/atex-host-$me
  [ "$me" != 0 ] || ! is_ours /var || { [ ! -e /var/atex-host ] && is_ours "$dir"; } || dir=/var/atex-host
}

refused() { fail "the lock of the host is refused: $*"; }

make() { # creates dir, or reports why it cannot
  [ -e "$dir" ] || [ -h "$dir" ] || mkdir -m 755 "$dir" 2>/dev/null || [ -e "$dir" ] || {
    dir=/var/tmp/atex-host-$me # /var is read-only
    mkdir -m 755 "$dir" 2>/dev/null
  }
  found=$(facts "$dir")
  case $found in
    "$me directory") is_ours "$dir" || chmod 755 "$dir" || exit ;;
    "$me "*) refused "$dir is no directory. Remove it" ;;
    '') refused "$dir cannot be made" ;;
    *) refused "$dir belongs to user $(name "${found%% *}") and not to $(name "$me"). Remove it as root" ;;
  esac
  mkdir "$dir/leases" 2>/dev/null
  is_ours "$dir/leases" || refused "$dir/leases is no directory of user $(name "$me"). Remove it"
  for each in lock new; do
    [ ! -d "$dir/$each" ] || [ -h "$dir/$each" ] || refused "$dir/$each is a directory. Remove it"
  done
}

enter() { # until leave, no other process changes the lock of this user
  case $(facts "$dir/serial") in
    '' | "$me regular file" | "$me regular empty file") ;;
    *) refused "$dir/serial is no file of user $(name "$me"). Remove it" ;;
  esac
  exec 9<>"$dir/serial" || exit # does not block, not even on a pipe
  patience=$((limit / 2))
  [ $patience -le 30 ] || patience=30
  [ $patience -ge 1 ] || patience=1
  timeout $patience flock 9
  case $? in
    0) ;;
    124 | 143) fail "the lock of the host cannot be looked at: for $patience s another process of user $(name "$me") has kept $dir/serial locked" ;;
    *) fail "the lock of the host cannot be looked at: flock failed on $dir/serial" ;;
  esac
}

leave() { exec 9>&-; }

write() { # state seconds
  now
  rm -f -- "$dir/new" &&
    ln -s "$1 $lease $short $boot $start $((up + $2)) $2 $owner" "$dir/new" && mv -f -- "$dir/new" "$dir/lock" ||
    fail "the lock of the host cannot be written: $dir/lock"
}

others() { # prints "UID LINK" of everything that may be a lock of another user
  {
    [ "$me" = 0 ] || stat -c '%u %n' /var/atex-host
    find /var/tmp/. ! -name . -prune -type d -name 'atex-host-*[0-9]' ! -name '*[!a-z0-9-]*' -exec stat -c '%u %n' -- {} +
  } 2>/dev/null | while read -r uid path; do
    case $path in
      /var/atex-host) [ "$(facts $path)" = "0 directory" ] || continue ;;
      */atex-host-"$uid") [ "$uid" != "$me" ] || continue ;;
      *) continue ;; # another user has taken this name
    esac
    put "$uid $path/lock"
  done
}

# Sets other to "LEFT UID OWNER" of a user whose lock holds. If two want the host at the same time, one gives in and the other
# waits for that.
look() {
  tries=100
  while :; do
    other=$(
      others | while read -r uid path; do
        parse "$(timeout -s KILL 5 readlink -- "$path" 2>/dev/null)" && [ $left -gt 0 ] || continue
        [ $state = have ] || [ "$uid" -lt "$me" ] || state=later
        put "$state $left $uid $owner"
      done | sort | head -n 1 # have, later, want
    )
    case $other in
      '') return 1 ;;
      later*) tries=$((tries - 1)); [ $tries -gt 0 ] || break; sleep 0.05 ;;
      *) break ;;
    esac
  done
  other=${other#* }
}

claim() { # seconds: locks; fails if another user has the host
  write want 60
  if look; then
    rm -f -- "$dir/lock"
    return 1
  fi
  write have "$1"
}

# Sets mark and below: the leading bits of the limit of file locks in processes of a lease, and the number of the other bits.
# Children inherit the limit and cannot raise it. The lease uses the first of three parts of the 63 bits that is unused (all
# ones) in our own limit.
limit_mark() { # WIDE:NARROW
  mark= below=63 number=${1%:*}
  own=$(sed -n 's/^Max file locks  *[^ ]*  *\([^ ]*\) .*/\1/p' /proc/self/limits)
  [ "$own" != unlimited ] || own=9223372036854775807
  is_limit "$own" && is_numbers "$1" || return 0
  for width in 35 14 14; do
    free=$((9223372036854775807 >> (63 - below)))
    below=$((below - width))
    if [ $((own & free)) = $free ]; then
      mark=$(((own & ~free) >> below | number))
      return
    fi
    number=${1#*:}
  done
}

# Succeeds if a process with the limit must be killed: not a zombie, whose parent may never reap it, nor a process of another
# user, by sudo for example. A process that is gone counts: it may have a child by now.
counts() { # pid
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 0
  case ${stat##*) } in [ZX]*) return 1 ;; esac
  kill -0 "$1" 2>/dev/null || [ ! -e "/proc/$1" ]
}

limited() { # prints the processes with the limit
  [ -n "$mark" ] || return 0
  grep -Hs '^Max file locks  *[0-9][0-9]*  *[0-9]' /proc/[0-9]*/limits | while read -r pid _ _ _ hard _; do
    pid=${pid#/proc/}
    pid=${pid%%/*}
    if [ $((hard >> below)) = "$mark" ] && counts "$pid"; then echo "$pid"; fi
  done
}

is_limited() { # pid
  hard=
  { # reads to the end: otherwise bash keeps data of a process that is gone for the next file
    while read -r _ two three _ value _; do [ "$two$three" != filelocks ] || hard=$value; done < "/proc/$1/limits"
  } 2>/dev/null
  is_limit "$hard" && [ $((hard >> below)) = "$mark" ] && counts "$1"
}

# Kills the processes with the limit among the newest ones, and prints them: one that forks and exits all the time is gone before
# a list of all processes is read.
caught() {
  [ -n "$mark" ] || return 0
  tries=10
  while [ $tries -gt 0 ]; do
    tries=$((tries - 1))
    read -r _ _ _ _ last < /proc/loadavg || return
    pid=$last
    while [ "$pid" -gt 0 ] && [ "$pid" -gt $((last - 8)) ]; do
      if is_limited "$pid"; then
        kill -KILL "$pid" 2>/dev/null
        echo "$pid"
      fi
      pid=$((pid - 1))
    done
  done
}

groups() { # short: prints the control groups of its executor
  find /sys/fs/cgroup -type d -name "atex-$1" -user "$me" 2>/dev/null
}

directories() { # short work: prints the directories of this user; those of other users stay
  for parent in /var "${TMPDIR:-/var/tmp}" /var/tmp /tmp; do
    for path in "$parent/atex-$1" "$parent/atex-$2"; do
      [ "$(facts "$path")" != "$me directory" ] || put "$path"
    done
  done | sort -u
}

unmounted() { # directory: unmounts everything in it, the last mount first
  points=$(
    root=$(cd -P -- "$1" && pwd -P) || exit
    while read -r _ _ _ _ point _; do
      case $point/ in "$root"/*) printf '%s\n' "$point" ;; esac
    done < /proc/self/mountinfo | sed '1!G;h;$!d'
  ) || return
  for point in $points; do # the file has octal codes for blanks
    umount -l "$(printf '%b' "$point")" >&2 || return
  done
}

clear() { find . ! -name . -prune -exec rm -rf -- {} + 2>/dev/null; }

# Removes a directory from inside: its name can be swapped for another directory, the shell's working directory cannot.
removed() ( # path
  before=$(stat -c '%d:%i %u %F' -- "$1")
  case $before in *" $me directory") ;; *) exit 0 ;; esac
  set -f
  [ "$me" = 0 ] || chmod 700 -- "$1" || exit
  unmounted "$1" || fail "what is mounted in $1 cannot be unmounted"
  cd -P -- "$1" || exit
  [ "$(stat -c '%d:%i %u %F' .)" = "$before" ] || fail "$1 was replaced while it was being removed"
  chmod 700 . # no other user can enter any more
  unmounted . || fail "what is mounted in $1 cannot be unmounted"
  clear
  rmdir -- "$1" 2>/dev/null && exit
  if [ "$me" = 0 ]; then chattr -R -f -ia . 2>/dev/null; else chmod -R u+rwx . 2>/dev/null; fi
  clear
  rmdir -- "$1" 2>/dev/null && exit
  # Too deep for rm, which uses paths: move everything below the eighth level up, repeatedly.
  round=0
  while [ -n "$(
    find . -path './*/*/*/*/*/*/*/*' -prune -type d -exec sh -c '
      n=0
      for deep; do n=$((n + 1)); mv -- "$deep" "./.atex-$0-$$-$n" && echo up; done' $round {} + 2>/dev/null | head -n 1
  )" ]; do
    round=$((round + 1))
  done
  find . ! -name . -prune -exec rm -rf -- {} +
  rmdir -- "$1"
)

sweep() { # lease short work numbers
  pass=0 looks=0 there=$(groups "$2")
  limit_mark "$4"
  while [ $looks -lt 2 ]; do # until two passes in a row find none
    pids=$(
      marked "$1"
      limited
      for group in $there; do find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null; done
      caught
    )
    if [ -z "$pids" ]; then
      looks=$((looks + 1))
      continue
    fi
    looks=0 pass=$((pass + 1))
    # shellcheck disable=SC2086 # a list
    [ $pass -le 200 ] || { say "these processes of lease $1 do not end:" $pids; return 1; }
    # shellcheck disable=SC2086 # a list
    kill -KILL $pids 2>/dev/null
    sleep 0.02
  done
  for group in $(groups "$2"); do find "$group" -depth -type d -exec rmdir {} + || return; done
  directories "$2" "$3" | while IFS= read -r path; do removed "$path" || exit; done
}

sweep_all() { # cleans up after all leases of this user except the current one
  for each in "$dir/leases/"*; do
    old=${each##*/}
    names=$(readlink -- "$each") && is_id "$old" && [ "$old" != "$lease" ] || continue
    old_short=${names%% *} old_work=${names#* }
    old_numbers=${old_work##* } old_work=${old_work%% *}
    is_short "$old_short" && is_short "$old_work" || continue
    sweep "$old" "$old_short" "$old_work" "$old_numbers" && rm -f -- "$each" || return
  done
}

# What another user left is removed with the rights of that user.
bury_others() {
  [ "$me" = 0 ] && command -v setpriv >/dev/null || return 0
  others | while read -r uid path; do
    [ "$uid" != 0 ] && [ -h "$path" ] || continue
    group=$(id -g "$(name "$uid")" 2>/dev/null) || group=65534
    timeout -s KILL 10 setpriv --reuid "$uid" --regid "$group" --clear-groups \
      env -i PATH="$PATH" sh -c "$script" atex-host bury - - - 10 - </dev/null >/dev/null 2>&1
  done
}

choose
case $order in
  lock)
    make
    enter
    if pending "$(readlink -- "$dir/ended/$lease" 2>/dev/null)"; then
      echo ended
      exit 0
    fi
    if held && [ $state = have ] && [ $left -gt 0 ] && [ "$by" != "$lease" ] && [ "$by" != "$9" ]; then
      put "held $left - $owner"
      exit 0
    fi
    owner=$7
    [ -h "$dir/leases/$lease" ] || ln -s "$short $work $numbers" "$dir/leases/$lease" || exit
    if ! claim $(($8 + limit)); then
      rm -f -- "$dir/leases/$lease"
      uid=${other#* }
      uid=${uid%% *}
      put "held ${other%% *} $(name "$uid") ${other#* * }"
      exit 0
    fi
    leave # status finds the lock meanwhile
    sweep_all || exit
    bury_others
    enter
    held && [ "$by" = "$lease" ] || fail "the lock of the host was taken away while it was being cleaned up"
    write have "$8"
    forget_ended
    echo locked
    ;;
  renew)
    is_ours "$dir" && enter && held && [ "$by" = "$lease" ] || { echo lost; exit 0; }
    until=$((up + left)) before=$left
    if [ $left -gt 0 ]; then write have "$7"; fi
    now
    # Expired, or nearly: another user may have taken the host, or be about to.
    if [ $before -le 0 ] || [ "$up" -gt "$until" ]; then claim "$7" || { echo lost; exit 0; }; fi
    echo renewed
    ;;
  release)
    if [ "$7" = late ] && (make) 2>/dev/null; then # if this cannot create it, neither can an order to lock
      choose
      enter
      end_lease
      leave
    fi
    sweep "$lease" "$short" "$work" "$numbers" || exit
    if is_ours "$dir"; then
      enter
      if held && [ "$by" = "$lease" ]; then rm -f -- "$dir/lock" || exit; fi
      rm -f -- "$dir/leases/$lease" || exit
    fi
    echo released
    ;;
  status)
    if is_ours "$dir" && held && [ "$by" = "$lease" ]; then echo "the lock"; fi
    limit_mark "$numbers"
    count=$({ marked "$lease"; limited; } | sort -u | wc -l)
    if [ "$count" -gt 0 ]; then echo "$count process(es)"; fi
    groups "$short"
    directories "$short" "$work"
    ;;
  bury)
    lease=
    is_ours "$dir" && enter || exit
    if held && [ $left -gt 0 ]; then exit 0; fi
    sweep_all && rm -f -- "$dir/lock"
    ;;
esac
