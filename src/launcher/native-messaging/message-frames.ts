import { endianness } from 'node:os';
import { XPaneError } from '../../shared/errors.ts';

/**
 * Native messaging (developer.chrome.com, "Native messaging protocol"): each message is JSON in UTF-8 after its length in
 * bytes, 32 bits in the machine's own order.
 */

/** To a browser; it ends the host past it. */
export const longestToBrowserBytes = 1024 * 1024;
/** From one: the longest address that Chromium knows (2 MiB) has room, each of its characters escaped. A page chooses them. */
export const longestFromBrowserBytes = 5 * 1024 * 1024;

const little = endianness() === 'LE';

/** Throws `browser.message-too-long`. Pure. */
export function framed(message: object): Buffer {
  const content = Buffer.from(JSON.stringify(message));
  if (content.length > longestToBrowserBytes) throw tooLong(content.length);
  const length = Buffer.alloc(4);
  if (little) length.writeUInt32LE(content.length);
  else length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

/** Takes messages out of what comes, in whatever pieces. Its state after a throw is of no use: nobody knows where the next begins. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** The messages that are complete now. Throws `browser.bad-message`, `browser.message-too-long`. */
  push(chunk: Buffer): readonly unknown[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: unknown[] = [];
    for (;;) {
      const length = this.#length();
      if (length === undefined || this.#bytes < 4 + length) return messages;
      const all = this.#joined();
      messages.push(parsed(all.subarray(4, 4 + length)));
      this.#chunks = [all.subarray(4 + length)];
      this.#bytes -= 4 + length;
    }
  }

  #length(): number | undefined {
    if (this.#bytes < 4) return undefined;
    const [first] = this.#chunks;
    const head = first && first.length >= 4 ? first : this.#joined();
    const length = little ? head.readUInt32LE() : head.readUInt32BE();
    if (length > longestFromBrowserBytes) throw tooLong(length);
    return length;
  }

  #joined(): Buffer {
    const [first, ...more] = this.#chunks;
    const all = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    throw badMessage(cause);
  }
}

export function badMessage(cause?: unknown): XPaneError {
  return new XPaneError(
    'browser.bad-message',
    'The browser sent what is no message of XPane’s extension.',
    'Update XPane and its extension for the browser, then start the browser again.',
    cause,
  );
}

function tooLong(bytes: number): XPaneError {
  return new XPaneError(
    'browser.message-too-long',
    `A message between the browser and XPane is too long: ${bytes} bytes.`,
    'Start the browser again. If it comes again, update XPane and its extension.',
  );
}
