# Sourced by tests: sends results through the control channel.

# report JSON [FILE...]: one result; the files' contents follow it in the order of its "files" array
report() {
    local json=$1
    shift
    printf 'result %d\n%s' "$(printf %s "$json" | wc -c)" "$json" >&"$ATEX_TEST_CONTROL"
    if [ $# -gt 0 ]; then
        cat "$@" >&"$ATEX_TEST_CONTROL"
    fi
}

# size FILE: its length in bytes, for the "files" array
size() {
    stat -c %s "$1"
}
