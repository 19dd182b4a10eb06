import { z } from 'zod';
import { limits } from './limits.ts';

/** What Windows takes for a device, with any extension: COM1.txt and "con .x" too. */
const RESERVED = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[1-9\u00b9\u00b2\u00b3]) *(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*]/;

/**
 * True for a name that any Windows program can open: 1 to 255 UTF-16 units, none of them forbidden, no dot or blank
 * at the end (so neither "." nor ".."), no device. The agent has the same rule (protocol/file-name.cpp).
 */
export function isPlainFileName(name: string): boolean {
  return (
    name.length >= 1 &&
    name.length <= limits.fileNameLength &&
    name.isWellFormed() &&
    !FORBIDDEN.test(name) &&
    !/[. ]$/.test(name) &&
    !RESERVED.test(name)
  );
}

/** A file's place within its document, from the top. */
export const filePath = z
  .array(z.string().refine(isPlainFileName, { message: 'A plain file name' }))
  .min(1)
  .max(limits.documentDepth);
