import { resolve } from 'node:path';
import { XPaneError } from '../../../shared/errors.ts';
import { displayText } from '../../../shared/text.ts';
import { type Command, workspaceOf } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeShares } from './describe-shares.ts';

export const addShare: Command = {
  group: 'share',
  name: 'add',
  summary: 'have a folder of this computer in the guest of a workspace that is shut down',
  argument: { name: 'folder', description: 'the folder; a network share that is connected here is one, too' },
  options: [
    { name: 'name', value: 'name', description: 'what to call it; by default as the folder' },
    {
      name: 'drive',
      value: 'letter',
      description: 'its drive in the guest, D to Z; by default one that is free',
    },
    { name: 'as', value: 'documents', description: 'it is My Documents in the guest' },
  ],
  flags: [{ name: 'read-only', description: 'nothing that the guest does changes the folder' }],
  takesWorkspace: true,
  examples: [
    'xpane share add ~/Projects --drive P',
    'xpane share add ~/Documents --as documents',
    'xpane share add /mnt/server/forms --read-only --workspace xp',
  ],
  async run({ start, output, callOptions }, input) {
    const { name, drive, as } = input.values;
    if (as !== undefined && as !== 'documents') throw unknownPlace(as);
    const client = await start();
    const params = {
      ...workspaceOf(input),
      folder: resolve(input.argument),
      ...(name === undefined ? {} : { name }),
      ...(drive === undefined ? {} : { drive }),
      readOnly: input.flags.has('read-only'),
      documents: as === 'documents',
    };
    const shares = await client.call('addShare', params, callOptions);
    output.result(shares, describeShares(shares));
    return exitCodes.ok;
  },
};

function unknownPlace(as: string): XPaneError {
  return new XPaneError(
    'usage.invalid',
    `A folder cannot be shared as "${displayText(as, 40)}".`,
    'Use --as documents, or --drive with a letter.',
  );
}
