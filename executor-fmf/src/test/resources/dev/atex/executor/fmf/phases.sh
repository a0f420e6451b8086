# Stands in for Beakerlib in tests of ours: calls the commands of its environment as Beakerlib 1.31 does, and writes
# journals of the same form. Phases that failed are those in which rlFail was called.

rlJournalStart() {
  [[ -d $BEAKERLIB_DIR ]] || mkdir -p "$BEAKERLIB_DIR"
  journal=$BEAKERLIB_DIR/journal.txt
  touch "$journal"
}

rlLog() {
  printf ':: [ 12:00:00 ] :: [   LOG    ] :: %s\n' "$1" | tee -a "$journal"
}

rlPhaseStart() {
  type=$1 phase=${2:-Test} failed=0
  start=$(wc -l < "$journal")
  printf '\n%s\n::   %s\n' :::::::::: "$phase" | tee -a "$journal"
}

rlPhaseStartSetup() { rlPhaseStart WARN "${1:-Setup}"; }
rlPhaseStartTest() { rlPhaseStart FAIL "${1:-Test}"; }
rlPhaseStartCleanup() { rlPhaseStart WARN "${1:-Cleanup}"; }

rlFail() {
  printf ':: [ 12:00:00 ] :: [   FAIL   ] :: %s\n' "$1" | tee -a "$journal"
  failed=$((failed + 1))
}

rlReport() {
  local testname="$1" result="$2" score="$3" logfile=${4:-$OUTPUTFILE}
  if [ -n "$TESTID" ]; then
    $BEAKERLIB_COMMAND_REPORT_RESULT "$testname" "$result" "$logfile" "$score" || rlLog "Failed to report the result"
  fi
}

rlPhaseEnd() {
  local result=PASS logfile
  [[ $failed -eq 0 ]] || result=$type
  logfile=$(mktemp)
  tail -n +$((start + 1)) "$journal" > "$logfile"
  rlReport "$(echo "${phase//[^[:alnum:]]/-}" | tr -s '-')" "$result" "$failed" "$logfile"
  rm -f "$logfile"
}

rlFileSubmit() {
  local directory alias=${2:-$(echo "$1" | tr / - | sed 's/^-*//')}
  directory=$(mktemp -d)
  ln -s "$(readlink -f "$1")" "$directory/$alias"
  $BEAKERLIB_COMMAND_SUBMIT_LOG -l "$directory/$alias" || echo "submit failed"
  rm -rf "$directory"
}

rlJournalEnd() {
  $BEAKERLIB_COMMAND_SUBMIT_LOG -l "$BEAKERLIB_DIR/journal.xml" || rlLog "Submit wasn't successful"
}
