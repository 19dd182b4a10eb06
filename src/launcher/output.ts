import type { Writable } from 'node:stream';
import type { ErrorReport } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';

/** Where a command says what it has to say: for people, or as one JSON object on standard output. */
export interface Output {
  readonly json: boolean;
  /** The command's result in both forms. */
  result(forPrograms: object, forPeople: string): void;
  failure(error: ErrorReport): void;
  /** What is happening, in place of what was said before; only on a terminal, gone at the end. */
  progress(text: string): void;
  endProgress(): void;
}

const longestSentence = 2000;

export function createOutput(options: {
  readonly json: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}): Output {
  const { json, stdout, stderr } = options;
  const shows = stderr.isTTY === true && !json;
  let shown = '';
  const endProgress = () => {
    if (shown) stderr.write('\r\u001b[K');
    shown = '';
  };
  return {
    json,
    result(forPrograms, forPeople) {
      endProgress();
      stdout.write(json ? `${JSON.stringify(forPrograms)}\n` : `${forPeople}\n`);
    },
    failure({ code, message, hint }) {
      endProgress();
      if (json) stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
      else stderr.write(`${lines(message)}\n${lines(hint)}\n`);
    },
    progress(text) {
      if (!shows || text === shown) return;
      endProgress();
      shown = displayText(text, 100);
      stderr.write(shown);
    },
    endProgress,
  };
}

/** A guest may have had a say in the text: no control characters reach the terminal but line ends. */
function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => displayText(line, longestSentence))
    .join('\n');
}

/** Columns as wide as their widest cell, two spaces apart. Cells are cleaned: names come from guests. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => displayText(cell, 200)));
  const widths: number[] = [];
  for (const row of clean) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
