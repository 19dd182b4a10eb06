import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../shared/atomic-file.ts';
import { privateFolder } from '../../../shared/paths.ts';
import { badList } from '../rule-list.ts';
import { type ListOrigin, largestList, listText, unreachable } from './list-origin.ts';

const fetchMs = 10_000;
const pollMs = 30_000;
const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface AddressTiming {
  readonly fetchMs: number;
  readonly pollMs: number;
}

/**
 * A list at an http or https address, asked for anew from time to time; while it is the same, the server only says so
 * (RFC 9110, section 13). The last one that could be read is kept in `folder`. A server may send elsewhere only within https,
 * or within its own origin, so that the address says how far the list can be trusted.
 */
export function addressOrigin(
  url: string,
  folder: string,
  timing: AddressTiming = { fetchMs, pollMs },
): ListOrigin {
  const file = () => join(privateFolder(folder), `${createHash('sha256').update(url).digest('hex')}.list`);
  let validators: Record<string, string> = {};
  let mark: string | undefined;
  return {
    name: url,
    far: true,
    byPlainHttp: new URL(url).protocol !== 'https:',
    async fetch(signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timing.fetchMs)]);
      const [known, knownMark] = [validators, mark];
      // What is not read to its end is forgotten.
      validators = {};
      mark = undefined;
      try {
        const response = await fetchWithin(url, {
          headers: { accept: 'text/xml, application/xml, text/plain', ...known },
          credentials: 'omit',
          signal: deadline,
        });
        if (response.status === 304 && Object.keys(known).length > 0) {
          validators = known;
          mark = knownMark;
          return 'same';
        }
        // Others that mean success come with a part, or with nothing.
        if (response.status !== 200) {
          await response.body?.cancel();
          throw unreachable(url, `the server says ${response.status}`);
        }
        const text = listText(await bounded(response));
        if (text.trim() === '') throw badList('the server sent nothing');
        validators = validatorsOf(response.headers);
        mark = createHash('sha256').update(text).digest('hex');
        return mark === knownMark ? 'same' : text;
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

/** Follows redirects that keep to what was asked for. */
async function fetchWithin(url: string, options: RequestInit): Promise<Response> {
  let from = new URL(url);
  for (let count = 0; count <= mostRedirects; count++) {
    const response = await fetch(from.href, { ...options, redirect: 'manual' });
    if (!redirects.has(response.status)) return response;
    await response.body?.cancel();
    const to = URL.parse(response.headers.get('location') ?? '', from.href);
    const within =
      to && (to.origin === from.origin || [from, to].every(({ protocol }) => protocol === 'https:'));
    if (!within) throw unreachable(url, 'the server sends elsewhere, and not by https');
    from = to;
  }
  throw unreachable(url, `the server sends elsewhere more than ${mostRedirects} times`);
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
