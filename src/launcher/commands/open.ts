import { basename, extname, resolve } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { ServiceClient } from '../client.ts';
import { type Command, type CommandContext, type CommandInput, displayOf, workspaceOf } from '../command.ts';
import { canAsk, saysYes } from '../confirmation.ts';
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
  flags: [
    {
      name: 'folder',
      description:
        "what lies in the file's folder goes with it, by the same relative names, and comes back, too",
    },
    { name: 'alone', description: 'nothing goes with it' },
    { name: 'remember', description: 'with --folder or --alone: also for later files of that kind' },
  ],
  takesWorkspace: true,
  takesWait: true,
  examples: [
    'xpane open letter.txt',
    'xpane open --with WordPad --wait a.rtf b.rtf',
    'xpane open --folder --remember map.shp',
  ],
  async run(context, input) {
    const { start, output, callOptions, house } = context;
    const folder = folderOf(input);
    const files = [input.argument, ...input.more].map((file) => resolve(file));
    const client = await start();
    if (folder === undefined) await askAboutFolders(context, client, input, files);
    const startupId = house.env.DESKTOP_STARTUP_ID;
    const application = input.values.with;
    const params = {
      ...{ ...workspaceOf(input), files, ...displayOf(house) },
      ...(application === undefined ? {} : { application }),
      ...(input.wait ? { wait: true } : {}),
      ...(folder === undefined ? {} : { folder }),
      ...(startupId && startupId.length <= 256 ? { startupId } : {}),
    };
    const work = client.call('open', params, callOptions);
    const { names, opened } = input.wait
      ? await withProgress(client, output, input.workspace, work)
      : await work;
    if (input.flags.has('remember')) await remember(context, client, input, files);
    const what = opened ? 'open in the guest' : 'on the way into the guest';
    output.result({ names, opened }, `${names.join(', ')}: ${what}.`);
    return exitCodes.ok;
  },
};

/** What was said on the command line. Throws `usage.invalid`. */
function folderOf({ flags }: CommandInput): boolean | undefined {
  const [folder, alone] = [flags.has('folder'), flags.has('alone')];
  if (folder && alone)
    throw contradicting('--folder and --alone contradict each other.', 'Give one of them.');
  if (flags.has('remember') && !folder && !alone) {
    throw contradicting('There is nothing to remember.', 'Give --folder or --alone, too.');
  }
  return folder || alone ? folder : undefined;
}

function contradicting(message: string, hint: string): XPaneError {
  return new XPaneError('usage.invalid', message, hint);
}

/** Keeps for good what was said for files that could be opened. */
async function remember(
  { callOptions }: CommandContext,
  client: ServiceClient,
  input: CommandInput,
  files: readonly string[],
): Promise<void> {
  const takesFolder = input.flags.has('folder');
  const kinds = new Set(files.map((file) => extname(file).slice(1).toLowerCase()).filter(Boolean));
  for (const kind of kinds) {
    const answer = { ...workspaceOf(input), kind, takesFolder };
    await client.call('answerFolderQuestion', answer, callOptions);
  }
}

/** Asks at the terminal what nobody has decided: once for each kind of files. */
async function askAboutFolders(
  context: CommandContext,
  client: ServiceClient,
  input: CommandInput,
  files: readonly string[],
): Promise<void> {
  const { callOptions } = context;
  if (!canAsk(context)) return;
  const asked = { ...workspaceOf(input), files: [...files] };
  // Throws where a file may not be opened: nothing is asked about that.
  const { questions } = await client.call('folderQuestions', asked, callOptions);
  for (const { kind, file, folder } of questions) {
    const question = `${displayText(basename(file), 60)} may need other files of ${displayText(folder, 120)}. Take that folder into the guest, too, now and with later .${kind} files?`;
    const takesFolder = await saysYes(context, question);
    await client.call('answerFolderQuestion', { ...workspaceOf(input), kind, takesFolder }, callOptions);
  }
}
