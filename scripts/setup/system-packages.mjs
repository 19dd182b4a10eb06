/**
 * Debian packages that XPane needs, by what they are needed for. `run`: guests, their sound and network, tray,
 * notifications, the host's sleep, its browser and its applications, what guests print. `build`: the agent and the built-in guest. `demo`: a
 * desktop of its own for the picture. `test`, `bench`: what those start.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const systemPackages = {
  run: [
    'bubblewrap',
    'desktop-file-utils',
    'ghostscript',
    'libayatana-appindicator3-1',
    'libglib2.0-bin',
    'libnotify-bin',
    'libx11-6',
    'libxkbcommon0',
    'qemu-system-gui',
    'qemu-system-x86',
    'qemu-utils',
    'shared-mime-info',
    'slirp4netns',
    'util-linux',
    'xdg-utils',
  ],
  build: [
    'debian-archive-keyring',
    'e2fsprogs',
    'g++-mingw-w64-i686-win32',
    'libz-mingw-w64-dev',
    'make',
    'nlohmann-json3-dev',
    'xz-utils',
  ],
  demo: ['dbus', 'dunst', 'openbox', 'tint2', 'trayer', 'x11-utils', 'xdotool', 'xfce4-panel', 'xvfb'],
  test: [
    'chromium',
    'cups-client',
    'cups-daemon',
    'dbus-user-session',
    'dosfstools',
    'g++',
    'genisoimage',
    'grub-pc-bin',
    'ibus-m17n',
    'iproute2',
    'libarchive-tools',
    'libgtk-3-bin',
    'mtools',
    'mtpaint',
    'pcmanfm',
    'pipewire-pulse',
    'poppler-utils',
    'procps',
    'pulseaudio-utils',
    'python3-dbus',
    'python3-gi',
    'systemd',
    'wireplumber',
    'x11-xserver-utils',
    'xauth',
    'xclip',
    'xfwm4',
    'xorriso',
    'zlib1g-dev',
  ],
  // xpra's windows stay black, or its connection ends, without the python3 packages, which it only recommends.
  bench: [
    'python3-cairo',
    'python3-gi-cairo',
    'python3-lz4',
    'python3-netifaces',
    'python3-pil',
    'python3-pyinotify',
    'python3-rencode',
    'python3-xdg',
    'tigervnc-standalone-server',
    'tigervnc-viewer',
    'xpra',
  ],
  package: ['binutils'],
};

/**
 * All packages for `purposes`, sorted, each once.
 * @param {readonly string[]} purposes
 * @returns {string[]}
 */
export function packagesFor(purposes) {
  return [...new Set(purposes.flatMap((purpose) => systemPackages[purpose] ?? []))].sort();
}

/**
 * Which of `wanted` are not installed, from what `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` printed.
 * A package that was removed but for its settings counts as missing.
 * @param {readonly string[]} wanted
 * @param {string} dpkgOutput
 * @returns {string[]}
 */
export function missingPackages(wanted, dpkgOutput) {
  const installed = new Set(
    dpkgOutput
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  );
  return wanted.filter((name) => !installed.has(name));
}

/**
 * The one command that a person without the rights must have run.
 * @param {readonly string[]} missing
 * @param {boolean} hasSudo
 * @returns {string}
 */
export function installCommand(missing, hasSudo) {
  const command = `apt-get update; apt-get install --no-install-recommends ${missing.join(' ')}`;
  return hasSudo ? `sudo sh -c '${command}'` : `su -c '${command}'`;
}
