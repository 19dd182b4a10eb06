import { type CommandContext, displayOf } from '../../command.ts';
import { withProgress } from '../../progress.ts';

/** Has a guest set up, shows how far that is, and resolves at its end. Uses a connection of its own. */
export async function runSetUp(context: CommandContext, workspace: string, keepDisk = false): Promise<void> {
  const { start, output, callOptions, house } = context;
  const client = await start();
  const work = client.call('startSetUp', { workspace, keepDisk, ...displayOf(house) }, callOptions);
  await withProgress(client, output, workspace, work);
}
