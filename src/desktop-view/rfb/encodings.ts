/**
 * What may come as a rectangle of an update, the best first (RFC 6143, 7.7 and 7.8; the last two are QEMU's, as IANA
 * registers them). Pixels come as they are: on this machine any compression costs more than it saves.
 */
export const encodings = {
  raw: 0,
  copyRect: 1,
  extendedDesktopSize: -308,
  desktopSize: -223,
  cursor: -239,
  extendedKeys: -258,
  pointerMode: -257,
} as const;
