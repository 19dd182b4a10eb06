import { z } from 'zod';

/**
 * What would end a line or a quoted text, begin a string's name (`%`), or is no character at all. Set-up files have
 * no escape that all their readers know, so such values are refused, not rewritten.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const breaking = /["%\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;

/** Pure. */
export function isAnswerText(text: string): boolean {
  return !breaking.test(text);
}

/** Text that can stand between quotes in WINNT.SIF and in our own answers. */
export function answerText(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength, `it takes ${minLength} characters at least`)
    .max(maxLength, `it takes ${maxLength} characters at most`)
    .refine(isAnswerText, 'it may not contain quotes, percent signs or control characters');
}

/** A computer's name: 15 of NetBIOS's characters that DNS takes too; digits alone would look like an address. */
export const computerNameText = z
  .string()
  .regex(
    /^(?!-)(?!\d+$)[A-Za-z0-9-]{1,15}(?<!-)$/,
    'it takes 1 to 15 letters, digits and hyphens, not digits alone and no hyphen at an end',
  );

export const workgroupText = z
  .string()
  .regex(/^(?!-)[A-Za-z0-9_-]{1,15}(?<!-)$/, 'it takes 1 to 15 letters, digits, hyphens and underscores');
