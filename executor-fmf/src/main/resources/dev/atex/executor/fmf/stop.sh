# Ends what tests left behind and removes the work directory. Follows the text of sweep.sh.
# Arguments: suffix of the work directory's name, cgroup (may be empty), mark of the executor.
sweep "$2" "$3" || echo "processes of tests cannot be ended"
if [[ -n $2 && -d $2 ]]; then
  # Deepest first: a test may have made some below.
  remove() {
    local directory
    for directory in "$1"/*/; do
      [[ -d $directory ]] && remove "${directory%/}"
    done
    rmdir "$1"
  }
  remove "$2" 2>&1
fi
for parent in /var "${TMPDIR:-/var/tmp}" /tmp; do
  work=$parent/atex-$1
  if [[ -d $work ]]; then
    rm -rf "$work" 2>/dev/null || { chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work" 2>&1; }
  fi
done
exit 0
