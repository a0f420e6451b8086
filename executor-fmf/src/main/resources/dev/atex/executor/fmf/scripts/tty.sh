# The test's side of its pseudo-terminal.
work=${BASH_SOURCE[0]%/*}
echo $$ > "$work/tty.pid"
stty rows 24 cols 80
exec "$BASH" "$work/script"
