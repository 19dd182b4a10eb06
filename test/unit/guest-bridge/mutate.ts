/** A small seeded generator (mulberry32): a failing run can be repeated by its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `below` - 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}

const NUMBERS = [
  0,
  -1,
  1,
  2,
  7,
  255,
  256,
  1024,
  8192,
  8193,
  32_767,
  32_768,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32,
  1e300,
  0.5,
];
const TEXTS = [
  '',
  '\u0000',
  '\u202e',
  'a'.repeat(600),
  '__proto__',
  'window-created',
  '\ud800',
  '0123456789abcdef',
];

/** Changes a few bytes: flips, overwrites, cuts, repeats, inserts. */
export function mutateBytes(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    switch (random.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(at + 1))]);
        break;
      case 4:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(1 + random.below(16), random.below(256)),
          bytes.subarray(at),
        ]);
        break;
      default:
        if (at + 4 <= bytes.length) bytes.writeUInt32LE(random.pick(NUMBERS) >>> 0, at);
    }
  }
  return bytes.length > 256 * 1024 ? bytes.subarray(0, 256 * 1024) : bytes;
}

/** Changes one value somewhere in a JSON value, keeping its shape most of the time. */
export function mutateJson(value: unknown, random: Random): unknown {
  if (Array.isArray(value) && value.length > 0 && random.below(4) > 0) {
    const at = random.below(value.length);
    return value.map((entry, index) => (index === at ? mutateJson(entry, random) : entry));
  }
  if (typeof value === 'object' && value !== null && random.below(8) > 0) {
    const key = random.pick(Object.keys(value).concat('type'));
    const changed: Record<string, unknown> = { ...value };
    const way = random.below(12);
    if (way === 0) delete changed[key];
    else if (way === 1) changed[random.pick(TEXTS)] = random.pick(NUMBERS);
    else changed[key] = mutateJson(changed[key], random);
    return changed;
  }
  switch (random.below(6)) {
    case 0:
      return random.pick(TEXTS);
    case 1:
      return random.pick([null, true, false, [], {}]);
    case 2:
      return typeof value === 'number' ? value + random.below(3) - 1 : random.below(20);
    default:
      return typeof value === 'number' ? random.pick(NUMBERS) : value;
  }
}
