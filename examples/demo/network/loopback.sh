#!/bin/bash
set -e
. ./report.sh
report '{"name": "loopback", "partial": true, "note": "looking"}'
grep -q . /sys/class/net/lo/address
report '{"name": "loopback", "partial": true, "status": "pass", "address": "127.0.0.1"}'
report '{"name": "loopback", "note": "lo has an address"}'
