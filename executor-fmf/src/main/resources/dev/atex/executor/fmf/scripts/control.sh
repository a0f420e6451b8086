# Writing to the control channel. Sourced by the commands in bin.
LC_ALL=C
here=${BASH_SOURCE[0]%/*}
channel=$ATEX_TEST_CONTROL
if [[ $channel != [0-9] && $channel != [1-9][0-9] ]] || ! { : >&"$channel"; } 2>/dev/null; then
  echo "${0##*/}: not called by a test: ATEX_TEST_CONTROL names no open descriptor" >&2
  exit 1
fi

# Descriptors that were inherited are one to the kernel, so a lock on the channel itself would exclude nobody.
lock() {
  exec 9>> "$here/control.lock" && flock 9
}

utf8=$'^([\x01-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf][\x80-\xbf]|'
utf8+=$'\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf][\x80-\xbf]|[\xf1-\xf3][\x80-\xbf][\x80-\xbf][\x80-\xbf]|'
utf8+=$'\xf4[\x80-\x8f][\x80-\xbf][\x80-\xbf])*$'

# json TEXT: sets json to a string of JSON.
json() {
  local text=$1 code character escaped
  if ! [[ $text =~ $utf8 ]]; then # different texts stay different: they may be names of files
    text=${text//\\/\\x5c}
    for ((code = 128; code < 256; code++)); do
      printf -v escaped '\\x%02x' "$code"
      printf -v character "$escaped"
      text=${text//"$character"/"$escaped"}
    done
  fi
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  if [[ $text == *[$'\x01'-$'\x1f']* ]]; then
    for ((code = 1; code < 32; code++)); do
      printf -v escaped '\\u%04x' "$code"
      printf -v character "\\x${escaped:4}"
      text=${text//"$character"/"$escaped"}
    done
  fi
  json="\"$text\""
}

# attach FILE NAME: sets attached to the member "files" of a result. Fails when there is no such file.
attach() {
  [[ -f $1 && -r $1 ]] && size=$(stat -L -c %s -- "$1") || return
  json "$2"
  attached="\"files\":[{\"name\":$json,\"length\":$size}]"
}

# send RESULT [FILE]: with exactly as many bytes of the file as attach has announced, whatever became of it since.
send() {
  send_as result "$@"
}

# send_as WORD RESULT [FILE]: the same by another word.
send_as() {
  lock || return
  printf '%s %d\n%s' "$1" "${#2}" "$2" >&"$channel" || return
  if [[ $# -gt 2 ]]; then
    { head -c "$size" -- "$3"; cat /dev/zero; } 2>/dev/null | head -c "$size" >&"$channel"
  fi
}
