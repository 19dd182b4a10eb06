import type { KeyboardMap, KeySymbols, KeyType } from './keymap.ts';

/**
 * Reads the reply of XkbGetMap for key types and key symbols (X Keyboard Extension protocol, section 17 and
 * appendix D; little-endian). `body` is the reply from its ninth byte on. Throws RangeError if it is cut short.
 */
export function parseKeyboardMap(body: Buffer): KeyboardMap {
  const present = body.readUInt16LE(4);
  if ((present & 3) !== 3) throw new RangeError('the server sent no key types or symbols');
  const typeCount = body.readUInt8(7);
  const firstKey = body.readUInt8(9);
  const keyCount = body.readUInt8(12);
  const reader = new Reader(body, HEADER_BYTES);
  const types: KeyType[] = [];
  for (let i = 0; i < typeCount; i++) types.push(readType(reader));
  const keys = new Map<number, KeySymbols>();
  for (let i = 0; i < keyCount; i++) keys.set(firstKey + i, readKey(reader));
  return { types, keys };
}

/** The reply's 40 bytes of header less the 8 that the client library has taken. */
const HEADER_BYTES = 32;

class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) throw new RangeError('the keyboard map is cut short');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}

function readType(reader: Reader): KeyType {
  const head = reader.take(8);
  const mask = head.readUInt8(0);
  const entryCount = head.readUInt8(5);
  const preserve = head.readUInt8(6) !== 0;
  const entries: { mask: number; level: number }[] = [];
  for (let i = 0; i < entryCount; i++) {
    const entry = reader.take(8);
    // An entry whose virtual modifiers are bound to no real one is inactive.
    if (entry.readUInt8(0)) entries.push({ mask: entry.readUInt8(1), level: entry.readUInt8(2) });
  }
  if (preserve) reader.take(entryCount * 4);
  return { mask, entries };
}

function readKey(reader: Reader): KeySymbols {
  const head = reader.take(8);
  const groupInfo = head.readUInt8(4);
  const width = head.readUInt8(5);
  const symbols = reader.take(head.readUInt16LE(6) * 4);
  const groups: number[][] = [];
  for (let group = 0; group < (groupInfo & 0x0f); group++) {
    const levels: number[] = [];
    for (let level = 0; level < width; level++)
      levels.push(symbols.readUInt32LE((group * width + level) * 4));
    groups.push(levels);
  }
  return { types: [...head.subarray(0, 4)], groups, outOfRange: outOfRange(groupInfo) };
}

function outOfRange(groupInfo: number): KeySymbols['outOfRange'] {
  if (groupInfo & 0x80) return (groupInfo >> 4) & 3;
  return groupInfo & 0x40 ? 'clamp' : 'wrap';
}
