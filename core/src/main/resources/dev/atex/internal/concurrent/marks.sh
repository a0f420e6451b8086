# Finds and kills processes by the list ATEX_MARK in their environment. For a POSIX shell with tr. Every variable that is
# assigned here begins with "marked".

# Prints the processes that have this mark in the list.
marked() { # mark
  if printf 'a\0b' | grep -qaF -e b 2>/dev/null; then # a grep that reads beyond zero bytes: one call finds candidates
    set -- "$1" $(grep -lsaF -e "$1" /proc/[0-9]*/environ)
  else
    set -- "$1" /proc/[0-9]*/environ
  fi
  marked_id=$1
  shift
  for marked_file; do
    # Values may contain line ends, and even a copy of an environment: only a zero byte separates variables.
    marked_environ="
$(tr '\n\0' ' \n' 2>/dev/null <"$marked_file")"
    case $marked_environ in
      *"
ATEX_MARK="*) ;;
      *) continue ;;
    esac
    marked_list=${marked_environ#*"
ATEX_MARK="}
    case :${marked_list%%"
"*}: in *":$marked_id:"*) ;; *) continue ;; esac
    marked_pid=${marked_file#/proc/}
    marked_pid=${marked_pid%/environ}
    [ "$marked_pid" = $$ ] || echo "$marked_pid"
  done 2>/dev/null
}

# Kills them, and those that they fork meanwhile, until two looks in a row find none.
kill_marked() { # mark
  marked_pass=0 marked_looks=0
  while [ $marked_looks -lt 2 ]; do
    marked_pids=$(marked "$1")
    if [ -z "$marked_pids" ]; then
      marked_looks=$((marked_looks + 1))
      continue
    fi
    marked_looks=0 marked_pass=$((marked_pass + 1))
    # shellcheck disable=SC2086 # a list
    [ $marked_pass -le 100 ] || { echo "still running:" $marked_pids >&2; return 1; }
    # shellcheck disable=SC2086 # a list
    kill -KILL $marked_pids 2>/dev/null
  done
}
