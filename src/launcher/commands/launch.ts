import { type Command, displayOf, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const launch: Command = {
  name: 'launch',
  summary: 'start an application of the guest; starts the guest first if need be',
  argument: { name: 'application', description: 'name or id, see "xpane apps"' },
  takesWorkspace: true,
  examples: ['xpane launch Notepad', 'xpane launch "Control Panel" --json'],
  async run({ start, output, callOptions, house }, input) {
    const client = await start();
    const startupId = house.env.DESKTOP_STARTUP_ID;
    const params = {
      ...workspaceOf(input),
      application: input.argument,
      ...displayOf(house),
      ...(startupId && startupId.length <= 256 ? { startupId } : {}),
    };
    const work = client.call('launch', params, callOptions);
    const launched = await withProgress(client, output, input.workspace, work);
    output.result(launched, `${launched.name} is running in the guest.`);
    return exitCodes.ok;
  },
};
