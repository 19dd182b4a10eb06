import { displayText } from '../../shared/text.ts';
import { hostNameOf } from '../files/host-name.ts';

const longestStem = 120;
/** Of a document, as far as a title ends with one: not "Version 1.2 of it". */
const extension = /\.[A-Za-z][A-Za-z0-9]{0,4}$/;

/** The name of the PDF that is made of a job with this title; with `number` above 1 another one. Pure. */
export function pdfNameOf(untrustedTitle: string, number = 1): string {
  // Programs of Windows like to name the whole path.
  const last = displayText(untrustedTitle, 1024).split(/[\\/]/).at(-1) ?? '';
  const letters = [...last.replace(extension, '')].slice(0, longestStem).join('').trim();
  return hostNameOf(`${letters || 'Printed page'}${number > 1 ? ` (${number})` : ''}.pdf`);
}

const mostCopies = 99;

/** How many copies a job's comments ask for (Document Structuring Conventions; ghostscript ignores them). Pure. */
export function copiesIn(untrustedHead: string): number {
  const count = /^%%BeginNonPPDFeature: NumCopies (\d{1,4})\s*$/m.exec(untrustedHead)?.[1];
  return Math.min(mostCopies, Math.max(1, Number(count ?? 1)));
}

/** A driver may begin with ^D, which ends the job before. Pure. */
export function isPostScript(untrustedHead: string): boolean {
  return untrustedHead.startsWith('%!PS') || untrustedHead.startsWith('\u0004%!PS');
}
