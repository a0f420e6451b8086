# How a test talks to ATEX: lines on the file descriptor that ATEX_TEST_CONTROL names. Sourced by the demo's tests.

# report STATUS NAME NOTE [FILE]...   one result, with files. NAME: the subtest, "" for the test itself. The texts go into
# JSON as they are: no quotes, backslashes or control characters in them.
report() {
    local LC_ALL=C status=$1 name=$2 note=$3 files="" json file
    shift 3
    for file; do
        files+="${files:+, }{\"name\": \"${file##*/}\", \"length\": $(stat -c %s -- "$file")}"
    done
    json="{${name:+\"name\": \"$name\", }\"status\": \"$status\"${note:+, \"note\": \"$note\"}${files:+, \"files\": [$files]}}"
    send "$json" "$@"
}

# send JSON [FILE]...   the same with JSON of your own; the content of each file follows it
send() {
    local LC_ALL=C json=$1
    shift
    {
        printf 'result %d\n%s' "${#json}" "$json"
        [ $# -eq 0 ] || cat -- "$@"
    } >&"$ATEX_TEST_CONTROL"
}

# control WORD [ARGUMENT]   any other control line
control() {
    printf '%s\n' "$*" >&"$ATEX_TEST_CONTROL"
}
