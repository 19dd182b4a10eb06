import { open } from 'node:fs/promises';

const looksAtBytes = 1024;

/**
 * Whether content is a program of Windows or of this computer, or starts one, whatever the file is called: an executable
 * (MZ, ELF), a script (#!), a desktop entry. Pure.
 */
export function isDisguisedProgram(begin: Uint8Array): boolean {
  const text = Buffer.from(begin).toString('latin1', 0, looksAtBytes);
  // A mark of UTF-8, or white space, keeps no desktop from reading an entry.
  const plain = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^(?:MZ|\x7fELF|#!)/.test(plain)) return true;
  return /^\s*\[Desktop Entry\]/m.test(plain);
}

/** As `isDisguisedProgram`, of a file. */
export async function holdsProgram(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const begin = Buffer.alloc(looksAtBytes);
    const { bytesRead } = await file.read(begin, 0, looksAtBytes, 0);
    return isDisguisedProgram(begin.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
