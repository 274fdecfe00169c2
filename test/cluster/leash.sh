# What a process started must not outlive it. Reads lines from its parent:
#   pid N          a process group to end
#   done N         it has ended by itself
#   undo COMMAND   a shell command to run at the end
#   forget COMMAND ...which is not needed any more
# When the pipe closes, however the parent died, it ends what is left and runs what is to be undone, last first.
trap '' INT TERM HUP
pids=' '
undos=
newline='
'
while read -r verb rest; do
  case $verb in
    pid) pids="$pids$rest " ;;
    done) pids=$(printf '%s' "$pids" | sed "s/ $rest / /") ;;
    undo) undos="$rest$newline$undos" ;;
    forget) undos=$(printf '%s' "$undos" | grep -vxF -e "$rest")$newline ;;
  esac
done
for pid in $pids; do kill -TERM "-$pid" 2>/dev/null; done
for wait in 1 2 3 4 5 6 7 8 9 10; do
  alive=
  for pid in $pids; do kill -0 "-$pid" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && break
  sleep 0.3
done
for pid in $pids; do kill -KILL "-$pid" 2>/dev/null; done
printf '%s' "$undos" | while read -r command; do
  [ -n "$command" ] && sh -c "$command" >/dev/null 2>&1
done
