#!/bin/bash
. "$TMT_TREE/lib/report.sh"
send '{"name": "steps", "partial": true, "status": "pass", "steps": ["open"]}'
send '{"name": "steps", "partial": true, "steps": ["work"]}'
send '{"name": "steps", "steps": ["close"], "note": "three steps, one result"}'
# A partial result for the test itself; the end of the test completes it, even after an abort.
send '{"partial": true, "note": "nothing to complain about"}'
