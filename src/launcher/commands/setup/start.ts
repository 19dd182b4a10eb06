import { XPaneError } from '../../../shared/errors.ts';
import type { WorkspaceState } from '../../api/state.ts';
import type { Command, CommandContext, CommandInput } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { runSetUp } from './run-set-up.ts';
import { whichSetUp } from './which-set-up.ts';

export const startSetUp: Command = {
  group: 'setup',
  name: 'start',
  summary: 'set the guest of an image up, from where it is, and wait until that is done',
  takesWorkspace: true,
  examples: ['xpane setup start', 'xpane setup start --workspace xp-mode --json'],
  run: (context, input) => setUp(context, input, () => undefined),
};

export const retrySetUp: Command = {
  group: 'setup',
  name: 'retry',
  summary: 'try again after setting a guest up has failed',
  takesWorkspace: true,
  examples: ['xpane setup retry', 'xpane setup retry --workspace xp-mode'],
  run: (context, input) => setUp(context, input, requireFailure),
};

export const continueSetUp: Command = {
  group: 'setup',
  name: 'continue',
  summary: 'go on with the disk as it is, where setting up failed and you have mended the guest yourself',
  takesWorkspace: true,
  examples: ['xpane setup continue --workspace xp-mode'],
  run: (context, input) => setUp(context, input, requireFailure, true),
};

async function setUp(
  context: CommandContext,
  input: CommandInput,
  check: (workspace: WorkspaceState) => void,
  keepDisk = false,
): Promise<number> {
  const { start, output, callOptions } = context;
  const workspace = await whichSetUp(await start(), input, callOptions);
  check(workspace);
  await runSetUp(context, workspace.id, keepDisk);
  output.result({ workspace: workspace.id, phase: 'done' }, `${workspace.name} is set up.`);
  return exitCodes.ok;
}

function requireFailure({ name, setUp: report }: WorkspaceState): void {
  if (report?.phase === 'failed' || report?.phase === 'retry') return;
  throw new XPaneError(
    'setup.nothing-failed',
    `Setting up ${name} has not failed.`,
    '"xpane setup start" begins it, "xpane setup status" shows where it is.',
  );
}
