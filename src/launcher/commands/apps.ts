import { XPaneError } from '../../shared/errors.ts';
import type { Application } from '../api/state.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../output.ts';
import { workspaceIn } from '../progress.ts';

export const apps: Command = {
  name: 'apps',
  summary: 'list the applications of the guest',
  takesWorkspace: true,
  examples: ['xpane apps', 'xpane apps --json'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const state = await client.call('status', {}, callOptions);
    const workspace = workspaceIn(state, input.workspace);
    if (!workspace) throw noWorkspace(input.workspace);
    output.result(
      { workspace: workspace.id, applications: workspace.applications },
      list(workspace.applications),
    );
    return exitCodes.ok;
  },
};

function list(applications: readonly Application[]): string {
  if (applications.length === 0) {
    return 'No applications are known yet. They are once the guest has run: "xpane start".';
  }
  const rows = applications.map(({ name, folder, id }) => [name, folder.join(' / '), id]);
  return table([['NAME', 'FOLDER', 'ID'], ...rows]);
}

function noWorkspace(id: string | undefined): XPaneError {
  return new XPaneError(
    'service.unknown-workspace',
    id === undefined ? 'There is no workspace.' : `There is no workspace "${id}".`,
    'See "xpane status" for those there are.',
  );
}
