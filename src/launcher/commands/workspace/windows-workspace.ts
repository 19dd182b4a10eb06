import { XPaneError } from '../../../shared/errors.ts';
import type { CommandContext, ValueOption } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { runSetUp } from '../setup/run-set-up.ts';

/** What `import` and `install` have in common: each makes a workspace of a Windows, and has it set up. */
export const ofFileName = {
  name: 'name',
  description: 'what to call the workspace (default: as the file)',
  count: 'optional',
} as const;

export const setUpModes = ['attended', 'unattended', 'silent'] as const;

/** `more`: ways beside those that every set-up has, as they are described. */
export function setUpOption(more = ''): ValueOption {
  const usual = 'attended: its screen is shown; unattended (default); silent: without a word';
  return { name: 'set-up', value: 'mode', description: `${usual}${more}` };
}

/** Throws `usage.invalid`. */
export function setUpModeIn<M extends string>(text: string | undefined, modes: readonly M[]): M | undefined {
  const mode = modes.find((known) => known === text);
  if (mode !== undefined || text === undefined) return mode;
  throw new XPaneError('usage.invalid', `There is no way "${text}" to set up.`, `Use ${modes.join(', ')}.`);
}

/** Sets the new workspace up, and says what is done then; the exit code. */
export async function setNewOneUp<Made extends { readonly id: string }>(
  context: CommandContext,
  made: Made,
  done: readonly string[],
): Promise<number> {
  await runSetUp(context, made.id);
  context.output.result({ ...made, setUp: 'done' }, done.join('\n'));
  return exitCodes.ok;
}

/** What was said: the service knows what to do about the rest. */
export function given<Said extends object>(said: Said): Given<Said> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Given<Said>;
}

type Given<Said> = { [K in keyof Said]?: Exclude<Said[K], undefined> };
