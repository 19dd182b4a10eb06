import { z } from 'zod';

/** What presenter and input-method process say to each other: one JSON object a line, both ways. */

const uint32 = z.int().min(0).max(0xffff_ffff);

/** A key event of the X server, as far as an input method may look at it. */
const key = z.strictObject({
  type: z.literal('key'),
  down: z.boolean(),
  window: uint32,
  keycode: z.int().min(0).max(255),
  /** Modifiers, group and buttons, as in the X event. */
  state: uint32,
  /** The X server's clock. */
  timeMs: uint32,
});
export type KeyLine = z.infer<typeof key>;

const windowLine = <T extends string>(type: T) => z.strictObject({ type: z.literal(type), window: uint32 });
const numbered = <T extends string>(type: T) => z.strictObject({ type: z.literal(type), id: uint32 });

/** To the process. `focus` comes before the first key of a window; `closed` is the last word about it. */
export const toInputMethod = z.discriminatedUnion('type', [
  key,
  windowLine('focus'),
  windowLine('blur'),
  windowLine('closed'),
  numbered('ping'),
]);
export type ToInputMethod = z.infer<typeof toInputMethod>;

/** From the process: keys that the input method leaves alone, in their order, and the text it makes of others. */
export const fromInputMethod = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  key,
  z.strictObject({ type: z.literal('text'), window: uint32, text: z.string().min(1).max(4096) }),
  numbered('pong'),
]);
export type FromInputMethod = z.infer<typeof fromInputMethod>;

/** Cuts a stream into lines; what is no line yet waits. Throws when one grows beyond all that is ever said. */
export class LineBuffer {
  #rest = '';
  readonly #decoder = new TextDecoder();

  push(bytes: Uint8Array): string[] {
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > 1 << 16) throw new RangeError('a line without end');
    return parts;
  }
}

/** The process's end of the connection, see `ChildOptions.channel`. */
export const inputMethodDescriptor = 3;
