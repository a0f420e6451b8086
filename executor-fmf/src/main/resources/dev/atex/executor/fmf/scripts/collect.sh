# Sends the regular files below a directory to the control channel, by their paths there. Sourced by bash; arguments: the work
# directory, the directory.
. "$1/control.sh" || exit
collected=$2
shopt -s nullglob dotglob
collect() {
  local entry
  for entry in "$1"/*; do
    if [[ -L $entry ]]; then
      continue # what it leads to is not of this directory
    elif [[ -d $entry ]]; then
      collect "$entry" || return
    elif [[ -f $entry ]] && attach "$entry" "${entry#"$collected"/}"; then
      send "{$attached}" "$entry" || return
    fi
  done
}
collect "$collected"
