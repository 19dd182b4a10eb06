import type { Visit } from './visits.ts';

/** What the page says. */
export interface PageText {
  readonly heading: string;
  readonly message: string;
  readonly hint: string;
  readonly rule: string;
  /** The button that opens it in the guest; empty: none. */
  readonly again: string;
  readonly here: boolean;
}

const nothing: PageText = { heading: '', message: '', hint: '', rule: '', again: '', here: false };

/** Without a visit the browser has forgotten it: it opens nothing by itself. Pure. */
export function pageText(visit: Visit | undefined): PageText {
  if (!visit) {
    return {
      ...nothing,
      heading: 'This page was given to Windows XP',
      message: 'That was before this browser was started.',
      again: 'Open it again',
    };
  }
  const { state, test, failure } = visit;
  const text = { ...nothing, rule: ruleText(visit), here: test !== undefined && test.here !== 'no' };
  const where = test?.workspaceName ? `, in “${test.workspaceName}”` : '';
  switch (state) {
    case 'asking':
      return { ...text, heading: 'XPane is asked where this page belongs' };
    case 'opening':
      return { ...text, heading: `This page is being opened in Windows XP${where}` };
    case 'opened':
      return { ...text, heading: `This page is open in Windows XP${where}`, again: 'Open it there again' };
    case 'denied':
      return {
        ...text,
        heading: 'This page is not opened',
        message: 'A rule forbids it, here and in Windows XP.',
        hint: 'Ask whoever made the rule.',
      };
    case 'failed':
      return {
        ...text,
        heading: 'This page was not opened',
        message: failure?.message ?? '',
        hint: failure?.hint ?? '',
        again: failure?.code === 'url.unasked' ? 'Open it there' : 'Try again',
      };
  }
}

function ruleText({ test }: Visit): string {
  if (!test?.rule) return '';
  const { source, line, text } = test.rule;
  return `Rule: ${text} (line ${line} of ${source})`;
}
