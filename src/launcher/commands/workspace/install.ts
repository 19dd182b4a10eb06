import { resolve } from 'node:path';
import { XPaneError } from '../../../shared/errors.ts';
import type { Command } from '../../command.ts';
import { typedSecret } from '../../typed-secret.ts';
import { given, ofFileName, setNewOneUp, setUpModeIn, setUpModes, setUpOption } from './windows-workspace.ts';

export const installWorkspace: Command = {
  group: 'workspace',
  name: 'install',
  summary: 'install Windows XP from an image of its CD into a new workspace, and set it up',
  argument: { name: 'cd', description: 'the CD’s image (.iso); it is only read, and needed until the end' },
  more: ofFileName,
  options: [
    {
      name: 'key-file',
      value: 'file',
      description: 'the product key is its first line; else it is asked for, or read from the standard input',
    },
    { name: 'disk-size', value: 'size', description: '2G to 127G (default: 20G)' },
    setUpOption(),
    {
      name: 'code-page',
      value: 'number',
      description: 'of the CD’s language (default: 1252, western Europe)',
    },
  ],
  takesSettings: true,
  examples: [
    'xpane workspace install winxp.iso "Windows XP" --key-file key.txt',
    'xpane workspace install winxp.iso --disk-size 40G --set memoryMiB=1024 --set-up attended',
  ],
  async run(context, { argument, more, values, settings }) {
    const { start, callOptions } = context;
    const [name] = more;
    const diskGiB = diskSizeIn(values['disk-size']);
    const setUp = setUpModeIn(values['set-up'], setUpModes);
    const codePage = codePageIn(values['code-page']);
    const productKey = await typedSecret(context, values['key-file'], 'Product key of Windows XP: ');
    const client = await start();
    const made = await client.call(
      'installWindows',
      {
        ...{ cd: resolve(argument), productKey, settings },
        ...given({ name, diskGiB, setUp, codePage }),
      },
      callOptions,
    );
    return await setNewOneUp(context, made, [
      `Windows XP is installed in ${made.name}: its applications are in the tray.`,
    ]);
  },
};

function diskSizeIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const gib = Number(/^(\d{1,3})(?:G|GiB)$/i.exec(text)?.[1]);
  if (gib >= 2 && gib <= 127) return gib;
  throw invalid(`There is no disk of the size "${text}".`, 'Give 2G to 127G.');
}

function codePageIn(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{3,5}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw invalid(`"${text}" is no code page.`, 'Give its number, 1250 for Polish or Czech for instance.');
}

function invalid(message: string, hint: string): XPaneError {
  return new XPaneError('usage.invalid', message, hint);
}
