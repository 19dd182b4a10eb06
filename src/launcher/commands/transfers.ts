import { XPaneError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../output.ts';
import { transferText } from '../progress.ts';

export const transfers: Command = {
  name: 'transfers',
  summary: 'list files that are on their way between this computer and guests, or cancel some',
  more: { name: 'cancel', description: '"cancel" with the number of a transfer, or "all"', count: 'any' },
  examples: ['xpane transfers', 'xpane transfers cancel 3', 'xpane transfers cancel all'],
  async run({ connect, output, callOptions }, input) {
    const cancels = input.more.length > 0 ? whichToCancel(input.more) : undefined;
    const client = await connect();
    if (cancels !== undefined) {
      const result = await client.call('cancelTransfers', { transfer: cancels }, callOptions);
      const { cancelled } = result;
      output.result(result, `${cancelled} transfer${cancelled === 1 ? '' : 's'} cancelled.`);
      return exitCodes.ok;
    }
    const { workspaces } = await client.call('status', {}, callOptions);
    const all = workspaces.flatMap(({ id: workspace, name, files }) =>
      (files?.transfers ?? []).map((transfer) => ({ workspace, name, transfer })),
    );
    const rows = all.map(({ name, transfer }) => [String(transfer.id), name, transferText(transfer)]);
    const text = rows.length > 0 ? table([['ID', 'WORKSPACE', 'FILE'], ...rows]) : 'Nothing is on its way.';
    output.result({ transfers: all.map(({ workspace, transfer }) => ({ workspace, ...transfer })) }, text);
    return exitCodes.ok;
  },
};

/** Throws `usage.invalid`. */
function whichToCancel([verb, which = '', ...others]: readonly string[]): number | 'all' {
  const wanted = which === 'all' ? which : Number(which);
  const isId = wanted === 'all' || (Number.isSafeInteger(wanted) && wanted > 0);
  if (verb === 'cancel' && isId && others.length === 0) return wanted;
  throw new XPaneError(
    'usage.invalid',
    'What is to be cancelled was not understood.',
    'Use "xpane transfers cancel ID" or "xpane transfers cancel all".',
  );
}
