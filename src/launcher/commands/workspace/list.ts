import type { ServiceState } from '../../api/state.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { table } from '../../output.ts';

export const listWorkspaces: Command = {
  group: 'workspace',
  name: 'list',
  summary: 'list the workspaces',
  examples: ['xpane workspace list', 'xpane workspace list --json'],
  async run({ start, output, callOptions }) {
    const client = await start();
    const { workspaces, broken = [] } = await client.call('status', {}, callOptions);
    const listed = workspaces.map(({ id, name, phase, backend }) => ({ id, name, phase, backend }));
    output.result({ workspaces: listed, broken }, describe(listed, broken));
    return exitCodes.ok;
  },
};

function describe(
  workspaces: readonly { id: string; name: string; phase: string; backend: string }[],
  broken: NonNullable<ServiceState['broken']>,
): string {
  const rows = workspaces.map(({ id, name, phase, backend }) => [id, name, phase, backend]);
  const lost = broken.map(({ id, failure }) => [`${id}:`, `${failure.message} ${failure.hint}`]);
  const all = table([['ID', 'WORKSPACE', 'STATE', 'BACKEND'], ...rows]);
  return lost.length === 0 ? all : `${all}\n\n${table(lost)}`;
}
