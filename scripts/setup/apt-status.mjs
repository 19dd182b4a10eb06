/**
 * How far apt-get is by a line of its status channel (`APT::Status-Fd`), or undefined for any other line.
 * Downloads are the first half, unpacking and configuring the second. Format: apt's README.progress-reporting,
 * where a package's name may carry its architecture: `pmstatus:libgtk-3-0:amd64:92.8:Configuring …`.
 * @param {string} line
 * @returns {number | undefined} per cent
 */
export function aptPercent(line) {
  const [, kind, percent] = /^(dl|pm)(?:status|error|conffile):[^ ]*?:([\d.]+):/.exec(line) ?? [];
  return kind === undefined ? undefined : (Number(percent) + (kind === 'pm' ? 100 : 0)) / 2;
}
