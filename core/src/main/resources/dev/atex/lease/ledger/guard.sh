# The guard of a run. $1: the log, $2: the ledger, $3: how long to go on in seconds, the rest: the reaper.
# It keeps the ledger open, so as to know it from one that is made anew under its name.
trap '' HUP INT TERM
log=$1 ledger=$2 limit=$3
shift 3
[ ! -r "$ledger" ] || exec 4< "$ledger"
echo ready
exec > /dev/null 2>&1
read -r word
[ "$word" != done ] || exit
( : >> "$log" ) || log=/dev/null
[ -x "$1" ] || { shift; set -- java "$@"; } # the JDK was replaced

there() { [ -e "$ledger" ] && { [ ! -e /proc/self/fd/4 ] || [ "$ledger" -ef /proc/self/fd/4 ]; }; }

now=0 slept=0
look() { # by no clock that somebody can set
  read -r uptime _ < /proc/uptime && now=${uptime%%.*} || now=$((now + slept))
  slept=0
}

look
end=$((now + limit)) pause=1
while there; do
  "$@" < /dev/null >> "$log" 2>&1 4<&-
  case $? in 0 | 4) exit ;; esac
  look
  if [ "$now" -ge "$end" ]; then
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) gave up after $limit s: 'atex reap' frees what $ledger names" >> "$log"
    exit
  fi
  left=$pause
  while [ "$left" -gt 0 ] && there; do
    part=$((left < 5 ? left : 5))
    sleep "$part" 4<&- || sleep "$part" 4<&- || exit
    left=$((left - part)) slept=$((slept + part))
  done
  pause=$((pause < 150 ? pause * 2 : 300))
done
