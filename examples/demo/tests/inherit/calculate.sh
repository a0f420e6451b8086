#!/bin/bash
result=$(( LEFT $OPERATION RIGHT ))
echo "$LEFT $OPERATION $RIGHT = $result, expected $EXPECTED"
[ "$result" -eq "$EXPECTED" ]
