/** Bits of the `state` field of key and button events that mean the same on every server. */
export const shiftMask = 0x01;
export const lockMask = 0x02;
export const ctrlMask = 0x04;

/** The active layout (XKB group, 0-3): servers put it into bits 13 and 14 for clients that speak XKB. */
export function groupOf(state: number): number {
  return (state >> 13) & 3;
}
