/**
 * Windows XP's set-up reads its answers in the code page of the CD's language. These are the ones of one byte
 * a character; with a CD of another language names have to be plain ASCII, which all of them share.
 */
export const codePages = [874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258] as const;
export type CodePage = (typeof codePages)[number];

/** Undefined if a character is not in the code page. Pure. */
export function encodeAnsi(text: string, codePage: CodePage): Buffer | undefined {
  const bytes: number[] = [];
  const table = tableOf(codePage);
  for (const character of text) {
    const byte = table.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/**
 * The nearest that the code page has: what it lacks loses its accents, or becomes `_`. For names that the host
 * knows and nobody typed; set-up must not fail by them. Pure.
 */
export function fitToCodePage(text: string, codePage: CodePage): string {
  const table = tableOf(codePage);
  return [...text.normalize('NFC')]
    .map((character) => {
      if (table.has(character)) return character;
      const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
      return [...plain].every((each) => table.has(each)) ? plain : '_';
    })
    .join('');
}

const tables = new Map<CodePage, ReadonlyMap<string, number>>();

function tableOf(codePage: CodePage): ReadonlyMap<string, number> {
  const known = tables.get(codePage);
  if (known) return known;
  const decoder = new TextDecoder(`windows-${codePage}`);
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character !== '\ufffd') table.set(character, byte);
  }
  tables.set(codePage, table);
  return table;
}
