import { once } from 'node:events';
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

/** Asks on the terminal; anything but yes is no, Ctrl+D too. Throws `work.cancelled` after Ctrl+C. */
export async function saysYes({ house }: Pick<CommandContext, 'house'>, question: string): Promise<boolean> {
  const terminal = createInterface({ input: house.stdin, output: house.stderr });
  let interrupted = false;
  terminal.once('SIGINT', () => {
    interrupted = true;
    terminal.close();
  });
  // Ctrl+D closes it, which may leave the question open, or reject it by an error of readline's own.
  const closed = once(terminal, 'close').then(() => undefined);
  try {
    const typed = terminal.question(`${displayText(question, 300)} [y/N] `).catch(() => undefined);
    const answer = await Promise.race([typed, closed]);
    if (answer === undefined) house.stderr.write('\n');
    if (interrupted) throw notAnswered();
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  } finally {
    terminal.close();
  }
}

function notAnswered(): XPaneError {
  return new XPaneError('work.cancelled', 'Nothing was done.', 'Answer "y" or "n" to go on.');
}

function needsYes(question: string): XPaneError {
  return new XPaneError('usage.needs-yes', question, 'There is nobody to ask: say --yes if you mean it.');
}
