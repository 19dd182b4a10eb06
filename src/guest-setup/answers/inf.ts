import { isAnswerText } from './answer-text.ts';

/** `token`: a word of the format's own. `text`: anything else, in quotes. */
export type InfValue = { readonly token: string } | { readonly text: string };

export interface InfSection {
  readonly name: string;
  readonly entries: readonly (readonly [key: string, value: InfValue])[];
}

/**
 * Sections and their entries, a line each. Values were validated where they came in; this is the last gate, so
 * that a mistake there cannot make a line of its own. Pure. Throws a plain error that does not name the value.
 */
export function infText(sections: readonly InfSection[]): string {
  return sections
    .map(({ name, entries }) =>
      [`[${name}]`, ...entries.map(([key, value]) => line(key, value)), ''].join('\r\n'),
    )
    .join('\r\n');
}

function line(key: string, value: InfValue): string {
  if ('token' in value) {
    // A backslash at the end would go on in the next line.
    if (!/^[A-Za-z0-9*:\\]*[A-Za-z0-9*:]$/.test(value.token)) throw new Error(`${key} is no token`);
    return `${key}=${value.token}`;
  }
  if (!isAnswerText(value.text)) throw new Error(`${key} cannot stand in a line`);
  return `${key}="${value.text}"`;
}
