import { resolve } from 'node:path';
import { type Command, displayOf, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const open: Command = {
  name: 'open',
  summary: 'open files of this computer in the guest; what is changed there comes back by itself',
  argument: { name: 'file', description: 'a file, or several' },
  more: { name: 'more', description: 'further files', count: 'any' },
  options: [
    {
      name: 'with',
      value: 'application',
      description: 'name or id, see "xpane apps"; by default what the guest has for such files',
    },
  ],
  takesWorkspace: true,
  takesWait: true,
  examples: ['xpane open letter.txt', 'xpane open --with WordPad --wait a.rtf b.rtf'],
  async run({ start, output, callOptions, house }, input) {
    const files = [input.argument, ...input.more].map((file) => resolve(file));
    const client = await start();
    const startupId = house.env.DESKTOP_STARTUP_ID;
    const application = input.values.with;
    const params = {
      ...{ ...workspaceOf(input), files, ...displayOf(house) },
      ...(application === undefined ? {} : { application }),
      ...(input.wait ? { wait: true } : {}),
      ...(startupId && startupId.length <= 256 ? { startupId } : {}),
    };
    const work = client.call('open', params, callOptions);
    const { names, opened } = input.wait
      ? await withProgress(client, output, input.workspace, work)
      : await work;
    const what = opened ? 'open in the guest' : 'on the way into the guest';
    output.result({ names, opened }, `${names.join(', ')}: ${what}.`);
    return exitCodes.ok;
  },
};
