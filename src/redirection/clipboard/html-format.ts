/**
 * Windows' "HTML Format" (Microsoft: HTML Clipboard Format): UTF-8 behind lines that tell at which bytes document and
 * fragment begin and end.
 */

const START = '<!--StartFragment-->';
const END = '<!--EndFragment-->';
/** Where offsets go: as many digits always. */
const digits = 10;
/** Headers of a description are few and short. */
const mostHeaderBytes = 4096;

/** HTML of this desktop's programs, as the guest's have it. Pure. */
export function htmlForGuest(html: Uint8Array): Buffer {
  const document = withFragment(decoded(html).split('\0', 1)[0] ?? '');
  const header = (offsets: readonly number[]) => {
    const [startHtml, endHtml, startFragment, endFragment] = offsets.map((at) =>
      String(at).padStart(digits, '0'),
    );
    return `Version:0.9\r\nStartHTML:${startHtml}\r\nEndHTML:${endHtml}\r\nStartFragment:${startFragment}\r\nEndFragment:${endFragment}\r\n`;
  };
  const body = Buffer.from(document, 'utf8');
  const begin = header([0, 0, 0, 0]).length;
  const offsets = [
    begin,
    begin + body.length,
    begin + body.indexOf(START) + START.length,
    begin + body.lastIndexOf(END),
  ];
  return Buffer.concat([Buffer.from(header(offsets), 'latin1'), body]);
}

/** Undefined: it is no HTML Format. Offsets that lead nowhere count as none. Pure. */
export function htmlForHost(untrusted: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  const header = headerOf(bytes.toString('latin1', 0, mostHeaderBytes));
  if (!header.has('version')) return undefined;
  const part =
    partOf(bytes, header.get('starthtml'), header.get('endhtml')) ??
    partOf(bytes, header.get('startfragment'), header.get('endfragment'));
  if (!part) return undefined;
  const html = part.toString('utf8').replaceAll('\0', '').replace(/\r\n/g, '\n');
  // Programs here take HTML without a word on it for Latin-1, or for what the user's locale says.
  const says = /<meta[^>]{1,200}charset/i.test(html.slice(0, mostHeaderBytes));
  const meta = says ? '' : '<meta http-equiv="content-type" content="text/html; charset=utf-8">';
  return Buffer.from(meta + html, 'utf8');
}

function decoded(html: Uint8Array): string {
  const bytes = Buffer.from(html.buffer, html.byteOffset, html.byteLength);
  // Some programs send UTF-16, and say so by its mark.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, 2 + Math.floor((bytes.length - 2) / 2) * 2);
    return Buffer.from(even).swap16().toString('utf16le');
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** The document with the marks around what was copied. */
function withFragment(html: string): string {
  const start = html.indexOf(START);
  if (start >= 0 && html.lastIndexOf(END) > start) return html;
  const begin = bodyStartOf(html);
  if (begin === undefined) return `<html><body>${START}${html}${END}</body></html>`;
  const close = bodyCloseOf(html);
  const end = close < begin ? html.length : close;
  return `${html.slice(0, begin)}${START}${html.slice(begin, end)}${END}${html.slice(end)}`;
}

/** Behind the first tag `<body …>`. One pass: what any page can have put on the clipboard must not cost more. */
function bodyStartOf(html: string): number | undefined {
  const at = html.search(/<body[\s>]/i);
  const end = at < 0 ? -1 : html.indexOf('>', at);
  return end < 0 ? undefined : end + 1;
}

/** Where the last tag `</body` begins; -1: nowhere. Not by a copy in small letters, which may differ in length. */
function bodyCloseOf(html: string): number {
  let at = html.lastIndexOf('</');
  while (at > 0 && !/^<\/body/i.test(html.slice(at, at + 6))) at = html.lastIndexOf('</', at - 1);
  return at;
}

function headerOf(text: string): ReadonlyMap<string, number> {
  const header = new Map<string, number>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, key, value] = /^([A-Za-z]{1,32}):(.{0,1024})$/.exec(line) ?? [];
    if (key === undefined || value === undefined) break;
    if (!header.has(key.toLowerCase())) header.set(key.toLowerCase(), Number(value));
  }
  return header;
}

function partOf(bytes: Buffer, start: number | undefined, end: number | undefined): Buffer | undefined {
  if (
    start === undefined ||
    end === undefined ||
    !Number.isSafeInteger(start) ||
    !Number.isSafeInteger(end)
  ) {
    return undefined;
  }
  return start > 0 && start < end && end <= bytes.length ? bytes.subarray(start, end) : undefined;
}
