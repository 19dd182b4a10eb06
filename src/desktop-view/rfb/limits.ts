/**
 * The most that is taken from a guest's screen. A server that offers more is broken or hostile: QEMU 7 shows 2560 x 2048
 * at most, later ones 5120 x 2160.
 */
export const rfbLimits = {
  sidePx: 8192,
  areaPx: 5120 * 2880,
  cursorSidePx: 256,
  /** The server's name for the screen, and why it refuses us; neither is shown. */
  textBytes: 4096,
  /** Clipboard texts, which are read and thrown away. */
  cutTextBytes: 65_536,
} as const;
