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
  if (!canAsk({ house, output })) throw needsYes(question);
  if (await saysYes({ house }, question)) return;
  throw new XPaneError('work.cancelled', 'Nothing was done.', 'Answer "y" to go on.');
}

/** Somebody sits at the terminal. */
export function canAsk({ house, output }: Pick<CommandContext, 'house' | 'output'>): boolean {
  return !output.json && house.stdin.isTTY === true && house.stderr.isTTY === true;
}

/** Asks on the terminal; anything but yes is no. */
export async function saysYes({ house }: Pick<CommandContext, 'house'>, question: string): Promise<boolean> {
  const terminal = createInterface({ input: house.stdin, output: house.stderr });
  try {
    const answer = await terminal.question(`${displayText(question, 300)} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function needsYes(question: string): XPaneError {
  return new XPaneError('usage.needs-yes', question, 'There is nobody to ask: say --yes if you mean it.');
}
