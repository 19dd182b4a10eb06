/**
 * Which files of a guest open on this computer when they are opened there, as the setting `hostOpens` tells: `none`, or
 * extensions (`pdf, docx`).
 */

export const hostOpensRange = 'none, or a list of up to 64 extensions as pdf,docx';

const mostExtensions = 64;
/** What the guest's agent takes, see `loanExtension` of the channel. */
const extension = /^[a-z0-9_+-]{1,16}$/;

/** Pure. */
export function isHostOpens(text: string): boolean {
  if (text === 'none') return true;
  const words = wordsOf(text);
  return words.length <= mostExtensions && words.every((word) => extension.test(word));
}

/** Lower case, without the dot. What is no list is none. Pure. */
export function extensionsIn(text: string): readonly string[] {
  return text === 'none' || !isHostOpens(text) ? [] : [...new Set(wordsOf(text))];
}

function wordsOf(text: string): string[] {
  return text.split(',').map((word) => word.trim().toLowerCase().replace(/^\./, ''));
}
