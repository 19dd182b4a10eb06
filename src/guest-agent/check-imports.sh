#!/bin/sh
# check-imports.sh PROGRAM LIST: fails, naming each, if PROGRAM imports a function that LIST does not allow, or
# one by number only. LIST: a line "[name.dll]", then its functions one a line; '#' begins a comment.
set -eu
program=$1 list=$2

# Without the C locale awk's and sort's ideas of order and case would depend on the user.
LC_ALL=C
export LC_ALL

i686-w64-mingw32-objdump -p "$program" | awk -v list="$list" '
  BEGIN {
    while ((status = (getline line < list)) > 0) {
      sub(/[ \t]*#.*/, "", line)
      if (line == "") continue
      if (line ~ /^\[.*\]$/) dll = tolower(substr(line, 2, length(line) - 2))
      else allowed[dll, line] = 1
    }
    if (status < 0) { print "cannot read " list; bad = 1; exit }
  }
  /DLL Name:/ { dll = tolower($3); inside = 0; dlls++; next }
  dll != "" && /vma:.*Hint.*Member-Name/ { inside = 1; next }
  inside && NF == 0 { inside = 0; next }
  inside {
    imports++
    if (!((dll, $3) in allowed)) { print dll ": " $3 " is not in " list; bad = 1 }
  }
  END {
    if (!bad && imports == 0) { print "no imports found: is it a program?"; bad = 1 }
    exit bad
  }' >&2
