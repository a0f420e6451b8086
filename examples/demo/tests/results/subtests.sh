#!/bin/bash
. "$TMT_TREE/lib/report.sh"
for n in 1 2 3 4 5; do
    report pass "numbers/$n" ""
done
report skip numbers/six "there are only five"
report warn letters "looks odd, but does no harm"
# There is no result for the test itself: ATEX creates one from the exit code.
