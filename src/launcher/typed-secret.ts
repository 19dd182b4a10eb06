import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { XPaneError } from '../shared/errors.ts';
import type { CommandContext } from './command.ts';

/** More than any key or password has. */
const maxBytes = 4096;

/**
 * A secret that is in no argument: everybody may read those. From `file`; without one typed unseen where there is a
 * terminal, or the first line of the standard input. Without blanks around it.
 *
 * Throws `usage.no-secret`, which tells nothing of it, `work.cancelled` after Ctrl+C, or `signal.reason`.
 */
export async function typedSecret(
  { house, output, callOptions: { signal } }: CommandContext,
  file: string | undefined,
  question: string,
): Promise<string> {
  if (file !== undefined) return firstLine(await contentOf(file), file);
  const { stdin, stderr } = house;
  if (stdin.isTTY !== true) return firstLine(await contentIn(stdin), 'the standard input');
  output.endProgress();
  // What is typed is echoed by readline to nobody, and no more by the terminal, before anybody is asked.
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: unseen, terminal: true });
  stderr.write(question);
  // Ctrl+D closes it, and leaves the question open; Ctrl+C answers it by an error of its own.
  const closed = once(terminal, 'close').then(() => Promise.reject(notTyped()));
  try {
    const typed = terminal.question('', signal ? { signal } : {}).catch(() => Promise.reject(notTyped()));
    return (await Promise.race([typed, closed])).trim();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
    stderr.write('\n');
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    const opened = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(maxBytes);
      const { bytesRead } = await opened.read(bytes, 0, maxBytes, 0);
      return bytes.toString('utf8', 0, bytesRead);
    } finally {
      await opened.close();
    }
  } catch (cause) {
    throw noSecret(`The file ${file} cannot be read.`, cause);
  }
}

async function contentIn(stream: Readable): Promise<string> {
  let read = '';
  for await (const chunk of stream) {
    read += String(chunk);
    if (read.length >= maxBytes || read.includes('\n')) break;
  }
  return read;
}

function firstLine(content: string, from: string): string {
  const line = content
    .replace(/^\ufeff/, '')
    .split(/\r?\n/, 1)[0]
    ?.trim();
  if (line) return line;
  throw noSecret(`There is nothing in the first line of ${from}.`);
}

function notTyped(): XPaneError {
  return new XPaneError('work.cancelled', 'Nothing was done.', 'Give the key to go on.');
}

function noSecret(message: string, cause?: unknown): XPaneError {
  return new XPaneError('usage.no-secret', message, 'It takes one line of text.', cause);
}
