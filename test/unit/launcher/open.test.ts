import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { ServiceClient } from '../../../src/launcher/client.ts';
import type { CommandContext, CommandInput } from '../../../src/launcher/command.ts';
import { open } from '../../../src/launcher/commands/open.ts';
import { createOutput } from '../../../src/launcher/output.ts';
import { XPaneError } from '../../../src/shared/errors.ts';

const questions = [{ kind: 'shp', file: '/maps/Roads.shp', folder: '/maps' }];

interface Said {
  readonly flags?: readonly string[];
  readonly files?: readonly string[];
  /** What is typed; nobody sits there without it. */
  readonly typed?: string;
  readonly json?: boolean;
  /** Why the service does not take the files. */
  readonly refused?: string;
}

/** What the command asks the service for, and what it shows. */
async function run(
  { flags = [], files = ['/maps/Roads.shp'], typed, json = false, refused }: Said,
  calls: [string, unknown][] = [],
) {
  const isTTY = typed !== undefined;
  const terminal = () => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()];
  if (typed) stdin.write(typed);
  const client = {
    call: async (method: string, params: unknown) => {
      calls.push([method, params]);
      if (refused && (method === 'open' || method === 'folderQuestions'))
        throw new XPaneError(refused, 'It is gone.', 'Look again.');
      return { folderQuestions: { questions }, open: { names: ['Roads.shp'], opened: false } }[method] ?? {};
    },
  } as unknown as ServiceClient;
  const house = { env: {}, stdin, stdout, stderr };
  const output = createOutput({ json, stdout, stderr });
  const context = { house, output, callOptions: {}, start: async () => client } as unknown as CommandContext;
  const [argument = '', ...more] = files;
  const input: CommandInput = { argument, more, flags: new Set(flags), values: {}, settings: {} };
  await open.run(context, input);
  return { calls, shown: String(stderr.read() ?? '') };
}

const opened = { files: ['/maps/Roads.shp'] };

test.each([
  ['y\n', true],
  ['\n', false],
  // Ctrl+D.
  ['\u0004', false],
])(
  'what nobody has decided is asked at a terminal; %j is kept, then the file is opened',
  async (typed, takesFolder) => {
    const { calls, shown } = await run({ typed });
    expect(shown).toContain('Roads.shp may need other files of /maps.');
    expect(calls).toEqual([
      ['folderQuestions', opened],
      ['answerFolderQuestion', { kind: 'shp', takesFolder }],
      ['open', opened],
    ]);
  },
);

test.each<Said>([{}, { typed: 'y\n', json: true }])(
  'nobody is asked where nobody can answer: %j',
  async (said) => {
    expect((await run(said)).calls).toEqual([['open', opened]]);
  },
);

test('what is said on the command line is not asked, and is kept only on demand', async () => {
  const typed = 'y\n';
  expect((await run({ typed, flags: ['alone'] })).calls).toEqual([['open', { ...opened, folder: false }]]);
  const files = ['/a.SHP', '/b.shp', '/c', '/d.mdb'];
  const { calls } = await run({ typed, files, flags: ['folder', 'remember'] });
  expect(calls).toEqual([
    ['open', { files, folder: true }],
    ['answerFolderQuestion', { kind: 'shp', takesFolder: true }],
    ['answerFolderQuestion', { kind: 'mdb', takesFolder: true }],
  ]);
});

test.each([[['folder', 'alone']], [['remember']]])('%j make no sense', async (flags) => {
  await expect(run({ flags })).rejects.toMatchObject({ code: 'usage.invalid' });
});

test('what is said is not kept of files that cannot be opened', async () => {
  const calls: [string, unknown][] = [];
  const refused = 'files.not-found';
  const running = run({ flags: ['folder', 'remember'], refused }, calls);
  await expect(running).rejects.toMatchObject({ code: refused });
  expect(calls).toEqual([['open', { ...opened, folder: true }]]);
});

test('Ctrl+C at the question ends the command: nothing is kept, nothing opened', async () => {
  const calls: [string, unknown][] = [];
  await expect(run({ typed: '\u0003' }, calls)).rejects.toMatchObject({ code: 'work.cancelled' });
  expect(calls).toEqual([['folderQuestions', opened]]);
});
