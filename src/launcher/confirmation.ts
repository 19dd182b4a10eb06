import { createInterface } from 'node:readline/promises';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';
import type { CommandContext, CommandInput } from './command.ts';

/**
 * Asks on the terminal before something is done that cannot be undone. Throws `usage.needs-yes` where nobody can be
 * asked, `work.cancelled` when the answer is no.
 */
export async function confirm(
  { house, output }: CommandContext,
  { yes }: CommandInput,
  question: string,
): Promise<void> {
  if (yes === true) return;
  if (output.json || house.stdin.isTTY !== true || house.stderr.isTTY !== true) throw needsYes(question);
  const terminal = createInterface({ input: house.stdin, output: house.stderr });
  try {
    const answer = await terminal.question(`${displayText(question, 300)} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new XPaneError('work.cancelled', 'Nothing was done.', 'Answer "y" to go on.');
}

function needsYes(question: string): XPaneError {
  return new XPaneError('usage.needs-yes', question, 'There is nobody to ask: say --yes if you mean it.');
}
