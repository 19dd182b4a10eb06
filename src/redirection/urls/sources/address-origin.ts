import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../shared/atomic-file.ts';
import { privateFolder } from '../../../shared/paths.ts';
import { badList } from '../rule-list.ts';
import { type ListOrigin, largestList, listText, unreachable } from './list-origin.ts';

const fetchMs = 10_000;
const pollMs = 30_000;

export interface AddressTiming {
  readonly fetchMs: number;
  readonly pollMs: number;
}

/**
 * A list at an http or https address, asked for anew from time to time; while it is the same, the server only says so
 * (RFC 9110, section 13). The last one that could be read is kept in `folder`.
 */
export function addressOrigin(
  url: string,
  folder: string,
  timing: AddressTiming = { fetchMs, pollMs },
): ListOrigin {
  const file = () => join(privateFolder(folder), `${createHash('sha256').update(url).digest('hex')}.list`);
  let validators: Record<string, string> = {};
  return {
    name: url,
    far: true,
    async fetch(signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timing.fetchMs)]);
      const known = validators;
      validators = {};
      try {
        const response = await fetch(url, {
          headers: { accept: 'text/xml, application/xml, text/plain', ...known },
          credentials: 'omit',
          signal: deadline,
        });
        if (response.status === 304 && Object.keys(known).length > 0) {
          validators = known;
          return 'same';
        }
        if (!response.ok) {
          await response.body?.cancel();
          throw unreachable(url, `the server says ${response.status}`);
        }
        const text = listText(await bounded(response));
        validators = validatorsOf(response.headers);
        return text;
      } catch (cause) {
        signal.throwIfAborted();
        if (deadline.aborted) throw unreachable(url, `it took more than ${timing.fetchMs / 1000} s`, cause);
        if (cause instanceof TypeError) throw unreachable(url, reasonOf(cause), cause);
        throw cause;
      }
    },
    async kept() {
      try {
        return listText(await readFile(file()));
      } catch {
        // None was kept, or it was spoilt: then it is fetched as for the first time.
        return undefined;
      }
    },
    keep: (text) => writeFileAtomically(file(), text),
    watch(onMaybeChanged) {
      const polling = setInterval(onMaybeChanged, timing.pollMs);
      polling.unref();
      return () => clearInterval(polling);
    },
  };
}

function validatorsOf(headers: Headers): Record<string, string> {
  const etag = headers.get('etag');
  if (etag !== null) return { 'if-none-match': etag };
  const modified = headers.get('last-modified');
  return modified === null ? {} : { 'if-modified-since': modified };
}

/** Never holds more than it may, whatever the server says beforehand, or sends unpacked. */
async function bounded({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  if (!body) return new Uint8Array();
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestList) throw badList('it is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf({ cause, message }: TypeError): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? (cause instanceof Error ? cause.message : message);
}
