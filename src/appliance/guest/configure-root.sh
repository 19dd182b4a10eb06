#!/usr/bin/busybox sh
# Runs once while the built-in guest is made, inside the freshly unpacked root (writable, no network). The
# packages' own maintainer scripts never run, so what is needed of them is done here, and what the guest never
# uses is removed.
set -eu

# Folders that are mounted over at run time; the sandbox shows this root read-only, so they must be there.
mkdir -p /proc /sys /dev /tmp /run/xpane /run/bridge /opt/prefix /opt/state /opt/xpane/bin
chmod 1777 /tmp

/usr/bin/busybox --install -s /opt/xpane/bin
PATH=/opt/xpane/bin:/usr/bin:/usr/sbin
export PATH

# No entry for any user: Wine then takes the profile's name from $USER, whoever owns the sandbox.
: > /etc/passwd
: > /etc/group
echo xpane-guest > /etc/hostname
printf '127.0.0.1 localhost xpane-guest\n10.0.2.15 xpane-guest\n' > /etc/hosts
printf 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n' > /etc/nsswitch.conf
# A resolver would make Wine wait ten seconds for a network that does not exist; guest-init makes one where there is.
ln -sf ../run/resolv.conf /etc/resolv.conf

libs=/usr/lib/i386-linux-gnu
rm -rf /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian /usr/share/bug \
  /usr/share/perl5 /usr/share/iso-codes /usr/share/xml /usr/share/icons /usr/share/menu /usr/share/zoneinfo \
  /usr/share/bash-completion /usr/share/debconf /usr/share/gdb /usr/share/mime \
  /var/lib/dpkg /var/lib/apt /var/cache/apt /etc/apt /etc/init.d /etc/cron.daily \
  "$libs"/dri "$libs"/libLLVM* "$libs"/libz3.so* "$libs"/libicudata.so* "$libs"/libpoppler.so* "$libs"/perl* \
  "$libs"/wine/x86_64-windows
# libwine's maintainer script makes Wine's zlib of the MinGW package's one by marking it as Wine's own.
mark_builtin() {
  head -c 64 "$1"
  printf 'Wine builtin DLL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  tail -c +97 "$1"
}
mark_builtin /usr/i686-w64-mingw32/lib/zlib1.dll > "$libs/wine/i386-windows/zlib1.dll"
rm -rf /usr/i686-w64-mingw32 /usr/x86_64-w64-mingw32

# Nothing in the guest changes its user.
chmod -R u-s,g-s /usr/bin /usr/sbin /usr/lib

ldconfig
fc-cache --system-only
