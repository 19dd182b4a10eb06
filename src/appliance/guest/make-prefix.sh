#!/bin/sh
# Runs once while the built-in guest is made, inside its root: makes the Wine prefix, its settings and its Start
# Menu. /recipe holds the recipe's files and the programs compiled for it.
set -eu

. /opt/xpane/wine-env
WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
export WINEDLLOVERRIDES

# Every Wine process writes to a file: one that inherited a pipe would keep the build waiting for ever. The build
# itself listens at descriptor 5, which they do not get.
log=/tmp/make-prefix.log
exec 5>&2 </dev/null >"$log" 2>&1
trap 'status=$?; [ $status = 0 ] || tail -n 5 "$log" >&5' EXIT
run() { timeout "$@" 5>&-; }

mkfifo /tmp/display
Xvfb :0 -screen 0 1024x768x24 -nolisten tcp -extension GLX -displayfd 3 3>/tmp/display 5>&- &
xvfb=$!
read -r _ < /tmp/display

mkdir -p "$WINEPREFIX"
run 300 "$WINE" wineboot --init
run 60 "$WINE" winecfg -v winxp
run 60 "$WINE" regedit /S 'Z:\recipe\settings.reg'
# Wine's clock brings no icon.
cp /recipe/clock.ico "$WINEPREFIX/drive_c/windows/clock.ico"
run 60 "$WINE" 'Z:\recipe\make-shortcuts.exe' 'Z:\recipe\start-menu.txt'
run 60 "$WINESERVER" -k || true
run 60 "$WINESERVER" -w
kill $xvfb
wait $xvfb || true

# Wine looks for its own fonts there; Marlett draws the buttons of title bars.
cp /usr/share/wine/fonts/*.ttf "$WINEPREFIX/drive_c/windows/Fonts/"
mkdir -p "$WINEPREFIX/drive_c/xpane"

# The prefix's DLLs are copies of Wine's own: one file on disk for both, 200 MB less in the image.
builtin=/usr/lib/i386-linux-gnu/wine/i386-windows
for file in "$WINEPREFIX"/drive_c/windows/system32/* "$WINEPREFIX"/drive_c/windows/system32/drivers/*; do
  own="$builtin/${file##*/}"
  if [ -f "$own" ] && [ ! -L "$file" ] && cmp -s "$file" "$own"; then ln -f "$own" "$file"; fi
done
