# hierarchies: sets the array of this name to the directories below which there may be a cgroup of ours, the best first.
# Below our own, so that ours holds it too.
hierarchies() {
  local id controllers path
  hierarchies=()
  while IFS=: read -r id controllers path; do
    case $id:$controllers in
      *:pids) hierarchies=("/sys/fs/cgroup/pids$path" "${hierarchies[@]}") ;;
      0:) hierarchies+=("/sys/fs/cgroup$path") ;;
    esac
  done 2>/dev/null < /proc/self/cgroup
}

