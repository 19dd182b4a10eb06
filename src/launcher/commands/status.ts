import { setUpText } from '../api/set-up-text.ts';
import type { ServiceState, WorkspaceState } from '../api/state.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../output.ts';
import { transferText } from '../progress.ts';
import { workText } from '../work-progress.ts';

export const status: Command = {
  name: 'status',
  summary: 'show what runs; does not start anything',
  examples: ['xpane status', 'xpane status --json'],
  async run({ connect, output, callOptions }) {
    const client = await connect();
    const state = await client.call('status', {}, callOptions);
    output.result(state, describe(state));
    return exitCodes.ok;
  },
};

function describe(state: ServiceState): string {
  const about = table([
    ['XPane', state.version],
    ['process', String(state.processId)],
    ['display', state.display ?? noDisplay(state)],
    ['log', state.logFile],
  ]);
  const rows = state.workspaces.map((workspace) => [
    workspace.id,
    workspace.name,
    workspace.phase,
    workspace.backend,
    String(workspace.windowCount),
    String(workspace.applications.length),
  ]);
  const workspaces = table([['ID', 'WORKSPACE', 'STATE', 'BACKEND', 'WINDOWS', 'APPLICATIONS'], ...rows]);
  const remarks = [
    ...state.workspaces.flatMap(remarksOn),
    ...(state.broken ?? []).map(({ id, failure }) => [`${id}:`, `${failure.message} ${failure.hint}`]),
    ...(state.brokenUrlLists ?? []).map(({ failure }) => ['Links:', `${failure.message} ${failure.hint}`]),
    ...(state.work ?? []).map((work) => ['XPane:', workText(work)]),
  ];
  return [about, '', workspaces, ...(remarks.length > 0 ? ['', table(remarks)] : [])].join('\n');
}

function noDisplay({ displayFailure: failure }: ServiceState): string {
  return failure ? `none: ${failure.message} ${failure.hint}` : 'none: applications cannot be shown';
}

function remarksOn({ name, progress, warning, failure, setUp, files }: WorkspaceState): string[][] {
  const settingUp = setUp && setUpText(setUp);
  return [
    ...(settingUp === undefined ? [] : [[`${name}:`, settingUp]]),
    ...(progress ? [[`${name}:`, progress.text]] : []),
    ...(warning ? [[`${name}:`, `${warning.message} ${warning.hint}`]] : []),
    ...(failure ? [[`${name}:`, `${failure.message} ${failure.hint}`]] : []),
    ...(files?.transfers ?? []).map((transfer) => [`${name}:`, transferText(transfer)]),
    ...(files?.notices ?? []).map(({ title, text }) => [`${name}:`, `${title}. ${text}`]),
  ];
}
