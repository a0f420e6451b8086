# Sends the files of the test's data directory to the control channel, descriptor 3. Arguments: the work directory; perhaps
# "cancel": only a few small files then, since somebody waits for the end. Symbolic links, devices and the like are left out.
ATEX_TEST_CONTROL=3
. "$1/control.sh" || exit
cd "$1/invocation/data" || exit
shopt -s dotglob nullglob
how=$2
files=()

# walk DIRECTORY: adds its files, and those below.
walk() {
  local entry directories=()
  for entry in "$1"*; do
    if [[ -L $entry ]]; then
      continue
    elif [[ -d $entry ]]; then
      directories+=("$entry/")
    elif [[ -f $entry && -r $entry ]]; then
      files+=("$entry")
    fi
  done
  for entry in "${directories[@]}"; do
    walk "$entry"
  done
}
walk ""

# batch FILE...: announces them all and then sends exactly so much of each, whatever became of it since.
batch() {
  local i sizes text= position rest key value
  mapfile -t sizes < <(stat -c %s -- "$@")
  if [[ ${#sizes[@]} -ne $# ]]; then # some went away: a daemon is at work
    [[ $# -gt 1 ]] || return 0
    for ((i = 1; i <= $#; i++)); do
      batch "${@:i:1}"
    done
    return
  fi
  for ((i = 0; i < $#; i++)); do
    json "${@:i + 1:1}"
    text+=${text:+,}"{\"name\":$json,\"length\":${sizes[i]}}"
  done
  text="{\"files\":[$text]}"
  printf 'data %d\n%s' "${#text}" "$text" >&3 || exit
  for ((i = 0; i < $#; i++)); do
    position=0
    if [[ ${sizes[i]} -gt 0 ]] && exec 7< "${@:i + 1:1}"; then
      head -c "${sizes[i]}" <&7 >&3 || exit
      while read -r key value; do
        [[ $key == pos: ]] && position=$value
      done < "/proc/$$/fdinfo/7"
      exec 7<&-
    fi
    rest=$((sizes[i] - position))
    [[ $rest -le 0 ]] || head -c "$rest" /dev/zero >&3 || exit
  done
} 2>/dev/null

if [[ $how == cancel ]]; then
  [[ ${#files[@]} -le 20 ]] || exit
  while read -r size; do
    [[ $size -le 1000000 ]] || exit
  done < <(stat -c %s -- "${files[@]}" 2>/dev/null)
fi
exec 9>> "$1/control.lock" && flock -w 5 9
odd=
for name in results.yaml results.json; do # read as results of the test's own: what is not sent of these is told
  if [[ -L $name ]]; then
    what="a symbolic link"
  elif [[ -d $name ]]; then
    what="a directory"
  elif [[ -f $name && ! -r $name ]]; then
    what="a file that cannot be read"
  elif [[ -e $name && ! -f $name ]]; then
    what="a pipe, a socket or a device"
  else
    continue
  fi
  odd+=${odd:+,}"\"$name\":\"$what\""
done
if [[ -n $odd ]]; then
  odd="{\"files\":[],\"odd\":{$odd}}"
  printf 'data %d\n%s' "${#odd}" "$odd" >&3 || exit
fi
for ((start = 0; start < ${#files[@]}; start += 100)); do
  batch "${files[@]:start:100}"
done
