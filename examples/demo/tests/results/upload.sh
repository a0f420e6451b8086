#!/bin/bash
. "$TMT_TREE/lib/report.sh"
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
uname -a > "$dir/kernel.txt"
head -c 100000 /dev/urandom > "$dir/random.bin"
report pass system "two files, one of them binary" "$dir/kernel.txt" "$dir/random.bin"
report pass "" "see the files of the subtest" "$dir/kernel.txt"
