/**
 * What may cross between the clipboards, as the settings `clipboardToGuest` and `clipboardFromGuest` tell: `all`, `text`
 * (formatted text too) or `none`, and a size (`max=10M`; K or M). A size alone is `all`. Files are part of `all`; the
 * settings for files say which of them, too.
 */
export interface ClipboardRule {
  readonly kinds: 'all' | 'text' | 'none';
  /** Of what is pasted at once, in one format. */
  readonly maxBytes: number;
  /** Of all files that are pasted at once. */
  readonly maxFilesBytes: number;
}

export const clipboardRuleRange =
  'all, text or none, and a size as max=10M, 64M at most; files are 1G at most where no size is said';

const units = { k: 2 ** 10, m: 2 ** 20 } as const;
/** What the channel takes, and a guest of 512 MiB can hold. */
const mostBytes = 64 * 2 ** 20;
/** Where no size is said; files are never in memory as a whole. */
const mostFilesBytes = 2 ** 30;
const form = /^(?:(all|text|none)(?:\s*,\s*(?=max)|$))?(?:max=([1-9][0-9]{0,5})([km]))?$/;

/** Pure. */
export function isClipboardRule(text: string): boolean {
  return text.trim() !== '' && form.test(text.trim().toLowerCase()) && bytesIn(text) <= mostBytes;
}

/** What is no rule allows nothing. Pure. */
export function clipboardRule(text: string): ClipboardRule {
  if (!isClipboardRule(text)) return { kinds: 'none', maxBytes: 0, maxFilesBytes: 0 };
  const [, kinds = 'all', size] = form.exec(text.trim().toLowerCase()) ?? [];
  const maxBytes = bytesIn(text);
  const maxFilesBytes = size === undefined ? mostFilesBytes : maxBytes;
  return { kinds: kinds as ClipboardRule['kinds'], maxBytes, maxFilesBytes };
}

function bytesIn(text: string): number {
  const [, , count, unit] = form.exec(text.trim().toLowerCase()) ?? [];
  return count === undefined ? mostBytes : Number(count) * units[unit as keyof typeof units];
}
