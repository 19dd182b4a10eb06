import { XPaneError } from '../../../shared/errors.ts';
import type { WorkspaceState } from '../../api/state.ts';
import type { CallOptions, ServiceClient } from '../../client.ts';
import type { CommandInput } from '../../command.ts';

/** The workspace that was named, or the only one that is still to be set up. Throws `usage.which-workspace`. */
export async function whichSetUp(
  client: ServiceClient,
  { workspace }: CommandInput,
  callOptions: CallOptions,
): Promise<WorkspaceState> {
  const { workspaces } = await client.call('status', {}, callOptions);
  const wanted = workspace?.toLowerCase();
  const candidates = workspaces.filter(({ id, name, setUp }) =>
    wanted === undefined
      ? setUp !== undefined && setUp.phase !== 'done'
      : id === wanted || name.toLowerCase() === wanted,
  );
  const [found, ...others] = candidates;
  if (found && others.length === 0) return found;
  const names = candidates.map(({ id }) => id).join(', ');
  throw new XPaneError(
    'usage.which-workspace',
    wanted === undefined
      ? `There is ${names ? 'more than one' : 'no'} workspace to set up.`
      : `There is no workspace called ${wanted}.`,
    names ? `Name one with --workspace: ${names}.` : 'See "xpane setup status".',
  );
}
