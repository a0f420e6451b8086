#!/bin/bash
. "$TMT_TREE/lib/report.sh"
send '{"name": "steps", "partial": true, "status": "pass", "steps": ["open"]}'
send '{"name": "steps", "partial": true, "steps": ["work"]}'
send '{"name": "steps", "steps": ["close"], "note": "three steps, one result"}'
# A partial result for the test itself; its end makes it whole, also when that comes too early.
send '{"partial": true, "note": "nothing to complain about"}'
