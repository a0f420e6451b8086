# Functions to report to ATEX: they write lines to the file descriptor $ATEX_TEST_CONTROL. The tests of the demo source this.

# report STATUS NAME NOTE [FILE]...   reports a result with files. NAME is the subtest, "" the test itself. Texts must not
# contain quotes, backslashes or control characters, as they are written to JSON unchanged.
report() {
    local LC_ALL=C status=$1 name=$2 note=$3 files="" json file
    shift 3
    for file; do
        files+="${files:+, }{\"name\": \"${file##*/}\", \"length\": $(stat -c %s -- "$file")}"
    done
    json="{${name:+\"name\": \"$name\", }\"status\": \"$status\"${note:+, \"note\": \"$note\"}${files:+, \"files\": [$files]}}"
    send "$json" "$@"
}

# send JSON [FILE]...   reports a result as JSON, followed by the content of each file
send() {
    local LC_ALL=C json=$1
    shift
    {
        printf 'result %d\n%s' "${#json}" "$json"
        [ $# -eq 0 ] || cat -- "$@"
    } >&"$ATEX_TEST_CONTROL"
}

# control WORD [ARGUMENT]   writes any other control line
control() {
    printf '%s\n' "$*" >&"$ATEX_TEST_CONTROL"
}
