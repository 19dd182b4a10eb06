/**
 * Which applications stay out of the desktop, as the setting `unpublished` tells: `none`, or patterns with semicolons
 * between them, of which `default` stands for what comes with Windows. A pattern with a backslash is for the program's
 * path in the guest, any other for the Start Menu's folders and name, as `Accessories/*`. `*` is any text, `?` one
 * character, in any case.
 */

interface Excludable {
  readonly name: string;
  /** Start Menu folders from the top. */
  readonly folder: readonly string[];
  /** A path of the guest's; may be empty. */
  readonly target: string;
}

export const unpublishedRuleRange =
  'none, or patterns with ; between them: default, a program as C:\\Tools\\*.exe, a place in the Start Menu as Accessories/*';

const mostPatterns = 64;

/** Pure. */
export function isUnpublishedRule(text: string): boolean {
  const words = wordsOf(text);
  return text === 'none' || (words.length > 0 && words.length <= mostPatterns && words.every(isPattern));
}

/**
 * What Windows XP puts into its Start Menu itself; by programs, since names are another in each language. The built-in
 * guest's own programs are what its user has it for.
 */
const windowsOwn = [
  '?:\\WINDOWS\\*',
  ...[
    'Internet Explorer',
    'Outlook Express',
    'Windows NT',
    'Windows Media Player',
    'Movie Maker',
    'MSN*',
  ].map((folder) => `?:\\*\\${folder}\\*`),
  ...['NetMeeting', 'Messenger', 'Common Files\\Microsoft Shared'].map((folder) => `?:\\*\\${folder}\\*`),
  ...['Startup/*', 'Administrative Tools/*', 'Accessories/*'],
];

/** Whether an application stays out of the desktop. What is no rule keeps none out. Pure. */
export function unpublishedRule(
  text: string,
  guest: 'builtin' | 'image',
): (application: Excludable) => boolean {
  if (text === 'none' || !isUnpublishedRule(text)) return () => false;
  const patterns = wordsOf(text).flatMap((word) => {
    if (word.toLowerCase() !== 'default') return [word];
    return guest === 'image' ? windowsOwn : [];
  });
  const programs = patterns.filter((pattern) => pattern.includes('\\')).map(matcher);
  const places = patterns.filter((pattern) => !pattern.includes('\\')).map(matcher);
  return ({ name, folder, target }) =>
    programs.some((matches) => matches(target)) ||
    places.some((matches) => matches([...folder, name].join('/')));
}

function wordsOf(text: string): readonly string[] {
  return text
    .split(';')
    .map((word) => word.trim())
    .filter(Boolean);
}

function isPattern(word: string): boolean {
  return word.toLowerCase() !== 'none' && word.length <= 512;
}

/** A greedy walk with one place to come back to: no pattern makes it slow. */
function matcher(pattern: string): (text: string) => boolean {
  const wanted = pattern.toLowerCase().normalize('NFC');
  return (text) => {
    const given = text.toLowerCase().normalize('NFC');
    let at = 0;
    let inPattern = 0;
    let star = -1;
    let back = 0;
    while (at < given.length) {
      if (wanted[inPattern] === '*') {
        star = inPattern;
        inPattern += 1;
        back = at;
      } else if (wanted[inPattern] === '?' || wanted[inPattern] === given[at]) {
        at += 1;
        inPattern += 1;
      } else if (star >= 0) {
        back += 1;
        at = back;
        inPattern = star + 1;
      } else return false;
    }
    while (wanted[inPattern] === '*') inPattern += 1;
    return inPattern === wanted.length;
  };
}
