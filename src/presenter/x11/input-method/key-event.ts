import type { KeyLine } from './lines.ts';
import { eventBytes } from './xlib.ts';

const KEY_PRESS = 2;
const KEY_RELEASE = 3;

/** Offsets into Xlib.h's XKeyEvent where a long has 64 bits. */
const at = {
  type: 0,
  serial: 8,
  display: 24,
  window: 32,
  root: 40,
  time: 56,
  state: 80,
  keycode: 84,
  sameScreen: 88,
} as const;

/** Xlib's event for a key. `serial` tells it from others. */
export function keyEvent(
  key: KeyLine,
  to: { readonly display: bigint; readonly root: bigint; readonly serial: bigint },
): Buffer {
  const event = Buffer.alloc(eventBytes);
  event.writeInt32LE(key.down ? KEY_PRESS : KEY_RELEASE, at.type);
  event.writeBigUInt64LE(to.serial, at.serial);
  event.writeBigUInt64LE(to.display, at.display);
  event.writeBigUInt64LE(BigInt(key.window), at.window);
  event.writeBigUInt64LE(to.root, at.root);
  event.writeBigUInt64LE(BigInt(key.timeMs), at.time);
  event.writeUInt32LE(key.state, at.state);
  event.writeUInt32LE(key.keycode, at.keycode);
  event.writeInt32LE(1, at.sameScreen);
  return event;
}

/** The key of Xlib's event; undefined for an event of another kind. Keycode 0: the event stands for text. */
export function keyOf(event: Buffer): KeyLine | undefined {
  const type = event.readInt32LE(at.type);
  if (type !== KEY_PRESS && type !== KEY_RELEASE) return undefined;
  return {
    type: 'key',
    down: type === KEY_PRESS,
    window: Number(event.readBigUInt64LE(at.window)),
    keycode: event.readUInt32LE(at.keycode) & 0xff,
    state: event.readUInt32LE(at.state),
    timeMs: Number(event.readBigUInt64LE(at.time) & 0xffff_ffffn),
  };
}
