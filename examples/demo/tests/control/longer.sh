#!/bin/bash
. "$TMT_TREE/lib/report.sh"
control duration +30
sleep 3
echo "still here after 3 seconds"
