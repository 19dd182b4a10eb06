import { resolve } from 'node:path';
import { desktopNotice } from '../../integration/desktop-notice.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import { type Command, type CommandContext, type CommandInput, displayOf, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const launch: Command = {
  name: 'launch',
  summary: 'start an application of the guest, or open files with it; starts the guest first if need be',
  argument: { name: 'application', description: 'name or id, see "xpane apps"' },
  more: { name: 'file', description: 'files of this computer to open, as "xpane open" does', count: 'any' },
  options: [
    {
      name: 'tell',
      value: 'where',
      description: '"desktop": what goes wrong is shown as a notification, too; for entries of menus',
    },
  ],
  takesWorkspace: true,
  examples: [
    'xpane launch Notepad',
    'xpane launch "Control Panel" --json',
    'xpane launch WordPad letter.rtf',
  ],
  async run(context, input) {
    const { tell } = input.values;
    if (tell !== undefined && tell !== 'desktop') throw unknownPlace();
    try {
      return await (input.more.length > 0 ? openFiles(context, input) : launchAlone(context, input));
    } catch (error) {
      if (tell !== undefined) await tellDesktop(context, error);
      throw error;
    }
  },
};

async function launchAlone(
  { start, output, callOptions, house }: CommandContext,
  input: CommandInput,
): Promise<number> {
  const client = await start();
  const params = { ...workspaceOf(input), application: input.argument, ...whereOf(house.env, house) };
  const work = client.call('launch', params, callOptions);
  const launched = await withProgress(client, output, input.workspace, work);
  output.result(launched, `${launched.name} is running in the guest.`);
  return exitCodes.ok;
}

/** Returns as soon as they are accepted: what goes wrong later is told by the service. */
async function openFiles(
  { start, output, callOptions, house }: CommandContext,
  input: CommandInput,
): Promise<number> {
  const files = input.more.map((file) => resolve(file));
  const client = await start();
  const params = {
    ...{ ...workspaceOf(input), application: input.argument, files },
    ...whereOf(house.env, house),
  };
  const opened = await client.call('open', params, callOptions);
  output.result(opened, `${opened.names.join(', ')}: on the way into the guest.`);
  return exitCodes.ok;
}

function whereOf({ DESKTOP_STARTUP_ID: startupId }: NodeJS.ProcessEnv, house: CommandContext['house']) {
  return { ...displayOf(house), ...(startupId && startupId.length <= 256 ? { startupId } : {}) };
}

async function tellDesktop({ house }: CommandContext, error: unknown): Promise<void> {
  const what = { subject: 'launch', title: 'An application was not started' };
  // A notification that does not appear must not hide what the command itself says.
  await desktopNotice(what, reportOf(error), house.env).catch(() => undefined);
}

function unknownPlace(): XPaneError {
  return new XPaneError('usage.invalid', '"--tell" takes "desktop" only.', 'See "xpane launch --help".');
}
