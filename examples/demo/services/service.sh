#!/bin/bash
set -e
echo "$ACTION with $RETRIES retries"
case $ACTION in
    start | restart | stop) ;;
    *) exit 1 ;;
esac
