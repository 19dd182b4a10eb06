import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

const timeoutMs = 60_000;
const longestTitle = 128;

export interface PrintOrder {
  readonly printer: string;
  /** Safe to show. */
  readonly title: string;
  readonly copies: number;
  readonly file: string;
}

/** What `lp` is called with. Pure. */
export function printArguments({ printer, title, copies, file }: PrintOrder): string[] {
  const name = displayText(title, longestTitle) || 'XPane';
  return ['-d', printer, '-n', String(copies), '-t', name, '--', file];
}

/**
 * Hands a file to CUPS; resolves once its server has it. Throws `printing.refused`, or `printing.unsure` where nobody can
 * tell whether the server has it.
 */
export async function printFile(order: PrintOrder, env: NodeJS.ProcessEnv): Promise<void> {
  const unsure = (cause: unknown) =>
    new XPaneError(
      'printing.unsure',
      `The printer ${displayText(order.printer, 64)} did not say whether it has the job.`,
      'Look at the jobs of the printer before you print again.',
      cause,
    );
  const child = { command: 'lp', args: printArguments(order), env: { ...env, LC_ALL: 'C' }, timeoutMs };
  const result = await runChild(child).catch((cause: unknown) => {
    if (cause instanceof XPaneError && cause.code === 'process.not-started') throw cause;
    throw unsure(cause);
  });
  if (result.code === 0) return;
  if (result.code === null) throw unsure(result.signal);
  throw new XPaneError(
    'printing.refused',
    `The printer ${displayText(order.printer, 64)} did not take it: ${displayText(result.stderr, 200)}`,
    'Look at the settings of the printer on this computer.',
  );
}
