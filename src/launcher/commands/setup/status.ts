import { setUpText } from '../../api/set-up-text.ts';
import type { SetUpReport } from '../../api/state.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { table } from '../../output.ts';

export const setUpStatus: Command = {
  group: 'setup',
  name: 'status',
  summary: 'show which guests are set up, and how far the others are',
  examples: ['xpane setup status', 'xpane setup status --json'],
  async run({ start, output, callOptions }) {
    const client = await start();
    const { workspaces } = await client.call('status', {}, callOptions);
    const listed = workspaces.flatMap(({ id, name, setUp }) => (setUp ? [{ id, name, setUp }] : []));
    output.result({ workspaces: listed }, describe(listed));
    return exitCodes.ok;
  },
};

function describe(listed: readonly { id: string; name: string; setUp: SetUpReport }[]): string {
  if (listed.length === 0) return 'No workspace has a guest that is to be set up.';
  const rows = listed.map(({ id, name, setUp }) => [id, name, setUp.phase, setUp.changedUtc]);
  const remarks = listed.flatMap(({ name, setUp }) => [
    ...[setUpText(setUp)].flatMap((text) => (text === undefined ? [] : [[`${name}:`, text]])),
    ...(setUp.askAgainUtc === undefined ? [] : [[`${name}:`, `XPane asks again at ${setUp.askAgainUtc}`]]),
    ...(setUp.failure ? [[`${name}:`, `${setUp.failure.message} ${setUp.failure.hint}`]] : []),
    ...(setUp.guestLogs?.files ?? []).map(({ log, file }) => [`${name}:`, `Log of the ${log}: ${file}`]),
    ...(setUp.guestLogs?.note === undefined ? [] : [[`${name}:`, setUp.guestLogs.note]]),
    ...(setUp.prompt?.helpUrl === undefined ? [] : [[`${name}:`, `Help: ${setUp.prompt.helpUrl}`]]),
  ]);
  const all = table([['ID', 'WORKSPACE', 'SET-UP', 'SINCE'], ...rows]);
  return remarks.length === 0 ? all : `${all}\n\n${table(remarks)}`;
}
