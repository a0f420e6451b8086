# Looks at the machine before and after a test and reports what it has found. Arguments: the work directory; "before" or
# "after"; a word if the test was cut off. Its calls are in a file of the work directory: check HOW RESULT [NAME VALUE]...
ATEX_TEST_CONTROL=3
work=$1 when=$2 cut=$3
. "$work/control.sh" || exit
export LC_ALL
state=$work/check-state
[[ $when != before ]] || { rm -rf "$state"; mkdir "$state"; }
number=0

contained() {
  [[ -e /run/.containerenv || -e /.dockerenv ]] && return
  local environment=
  IFS= read -r -d '' -n 100000 environment < /proc/1/environ
  [[ $environment == container=* ]]
}

# why HOW: sets reason to why this machine cannot do it, or to nothing.
why() {
  reason=
  case $1 in
    avc)
      if [[ ! -e /sys/fs/selinux/enforce ]]; then
        reason="SELinux is not enabled"
      elif ! hash ausearch 2>/dev/null; then
        reason="there is no ausearch (package audit)"
      fi ;;
    dmesg)
      if contained; then
        reason="a container has no messages of the kernel of its own"
      elif ! dmesg > /dev/null 2>&1; then
        reason="dmesg does not work"
      fi ;;
    journal) journalctl -q -n 0 > /dev/null 2>&1 || reason="there is no journal that can be read" ;;
    coredump) hash coredumpctl 2>/dev/null || reason="there is no coredumpctl" ;;
    *) reason="not done: it would have to be looked at from outside of the machine" ;;
  esac
}

# found LINE PATTERN...: whether one of the patterns finds something.
found() {
  local line=$1 pattern
  shift
  for pattern; do
    [[ $line =~ $pattern ]]
    case $? in
      0) return ;;
      2) broken=$pattern ;;
    esac
  done
  return 1
}

# judge FILE: sets status to fail if a line of it counts, and the first of these as note.
judge() {
  local line
  status=pass
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ ${#failure[@]} -eq 0 ]] || found "$line" "${failure[@]}"; then
      found "$line" "${ignore[@]}" && continue
      status=fail note=${line:0:200}
      return
    fi
  done < "$1"
}

mark_avc() { date '+%x %X' > "$1"; }
mark_dmesg() { dmesg > "$1"; }
mark_journal() { journalctl -q -n 1 --show-cursor > "$1"; }
mark_coredump() { date '+%s' > "$1"; }

look_avc() { # MARK FILE
  local day time line failed=() output
  read -r day time < "$1"
  [[ $delay -eq 0 ]] || sleep "$delay"
  {
    sestatus 2>&1
    rpm -q audit selinux-policy 2>&1
    echo
  } > "$2"
  output=$(ausearch -i --input-logs -m AVC,USER_AVC,SELINUX_ERR -ts "$day" "$time" 2>&1)
  code=$?
  printf '%s\n' "$output" >> "$2"
  if [[ $code -eq 1 && $output == *"<no matches>"* ]]; then
    status=pass
  elif [[ $code -ne 0 ]]; then
    status=error note="ausearch failed with exit code $code"
  else
    failure=('type=(AVC|USER_AVC|SELINUX_ERR)')
    judge <(printf '%s\n' "$output")
  fi
}

look_dmesg() {
  local line last= new= seen=
  while IFS= read -r line; do last=$line; done < "$1"
  dmesg > "$2.all"
  # What follows the last line that was there before; if that is gone, all of it is new.
  while IFS= read -r line; do
    new+=$line$'\n'
    if [[ -n $last && $line == "$last" ]]; then new=; fi
  done < "$2.all"
  printf '%s' "$new" > "$2.new"
  judge "$2.new"
  { printf 'Before the test:\n'; cat "$1"; printf '\nAfter the test:\n'; printf '%s' "$new"; } > "$2"
}

look_journal() {
  local line cursor= options=(-q --no-pager)
  while IFS= read -r line; do
    [[ $line == "-- cursor: "* ]] && cursor=${line#-- cursor: }
  done < "$1"
  [[ -z $cursor ]] || options+=(--after-cursor "$cursor")
  [[ -z $dmesg ]] || options+=(-k)
  for line in "${unit[@]}"; do options+=(-u "$line"); done
  for line in "${identifier[@]}"; do options+=(-t "$line"); done
  [[ -z $priority ]] || options+=(-p "$priority")
  if journalctl "${options[@]}" > "$2" 2>&1; then
    judge "$2"
  else
    status=error note="journalctl failed"
  fi
}

look_coredump() {
  local since line
  read -r since < "$1"
  coredumpctl list -q --no-pager --no-legend --since "@$since" > "$2" 2>/dev/null
  failure=()
  judge "$2"
  [[ $status == pass ]] || coredumpctl info -q --no-pager --since "@$since" >> "$2" 2>/dev/null
}

check() {
  local how=$1 result=$2 reason broken= status= note= delay=0 dmesg= priority= failure=() ignore=() unit=() identifier=() file text
  shift 2
  while [[ $# -gt 1 ]]; do
    case $1 in
      failure | ignore | unit | identifier) eval "$1+=(\"\$2\")" ;;
      delay) delay=$2 ;;
      dmesg) dmesg=$2 ;;
      priority) priority=$2 ;;
    esac
    shift 2
  done
  number=$((number + 1))
  file=$state/$number
  if [[ $when == before ]]; then
    why "$how"
    if [[ -n $reason ]]; then
      printf '%s' "$reason" > "$file.reason"
    else
      "mark_$how" "$file.mark"
    fi
    return
  fi
  if [[ -n $cut ]]; then
    status=skip note="the test was cut off"
  elif [[ -e $file.reason ]]; then
    status=skip
    IFS= read -r note < "$file.reason"
  elif [[ ! -e $file.mark ]]; then
    status=error note="what was there before the test is not known any more"
  else
    "look_$how" "$file.mark" "$file.txt"
    [[ -z $broken ]] || status=error note="'$broken' is no regular expression of bash"
    case $result:$status in
      info:*) note="$status${note:+: $note}" status=info ;;
      xfail:fail) note="failed as expected${note:+: $note}" status=pass ;;
      xfail:pass) note="was expected to fail" status=fail ;;
    esac
  fi
  text="{\"name\":\"check/$how\",\"status\":\"$status\""
  if [[ -n $note ]]; then
    json "$note"
    text+=",\"note\":$json"
  fi
  if [[ -e $file.txt ]] && attach "$file.txt" "$how.txt"; then
    send_as check "$text,$attached}" "$file.txt"
  else
    send_as check "$text}"
  fi
}
. "$work/check-calls"
