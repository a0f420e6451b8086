#!/bin/bash
. "$TMT_TREE/lib/report.sh"
if [ "$PREPARED" = yes ]; then
    report pass "" "prepared by the plan"
else
    report skip "" "run it with --plan /plans/all"
fi
