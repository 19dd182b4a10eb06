import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { extensionId } from '../../src/integration/browser/native-host.ts';
import { FrameReader, framed } from '../../src/launcher/native-messaging/message-frames.ts';
import { type Processes, processes } from './fixtures/xpane-processes.ts';

let home: Processes;
beforeEach(() => {
  home = processes();
});
afterEach(() => home.clean());

test('url test and url list say what the service says, for people and for programs', async () => {
  const tested = await home.xpane(['url', 'test', 'http://contoso.com/']);
  expect(tested).toEqual({
    code: 0,
    stdout:
      'http://contoso.com/\nopens in the guest of "office", because of line 3 of /etc/rules: guest:office contoso.com\n',
    stderr: '',
  });
  const forPrograms = await home.xpane(['url', 'test', 'x', '--side', 'guest', '--json']);
  expect(JSON.parse(forPrograms.stdout)).toMatchObject({ url: 'x', from: 'guest', to: 'guest' });
  expect((await home.xpane(['url', 'test', 'x', '--side', 'left'])).code).toBe(2);
  const listed = await home.xpane(['url', 'list']);
  expect(listed.stdout).toMatch(/\/etc\/rules +3 +list/);
  expect(listed.stdout).toMatch(/It is spoilt\. Mend it\.\n.*2 entries cannot be used: line 7: x/);
  expect(listed.stdout).toMatch(/guest:office +guest:office contoso\.com +\/etc\/rules:3\n… and 2 more/);
}, 30_000);

const origin = `chrome-extension://${extensionId}/`;
/** What a browser starts: what comes from it, and how it ends once `input` was all it got. */
async function native(input: Buffer, env: NodeJS.ProcessEnv, until = 0): Promise<readonly unknown[]> {
  const host = home.start(['native-messaging', origin], env);
  const reader = new FrameReader();
  const got: unknown[] = [];
  host.stdout?.on('data', (chunk: Buffer) => {
    got.push(...reader.push(chunk));
    if (got.length >= until) host.stdin?.end();
  });
  host.stdin?.on('error', () => undefined);
  host.stdin?.write(input);
  if (until === 0) host.stdin?.end();
  const [code] = await once(host, 'close');
  return [...got, code];
}

test('a browser is answered while the service is there, and told when it is not', async () => {
  const question = framed({ id: 5, ask: 'test', url: 'http://contoso.com/' });
  const answers = await native(question, {}, 2);
  expect(answers).toEqual(
    expect.arrayContaining([
      { kind: 'rules', revision: 'one', from: 0, total: 0, filters: [] },
      { kind: 'tested', id: 5, test: { url: 'http://contoso.com/', to: 'host', here: 'host' } },
      0,
    ]),
  );
  await home.xpane(['quit']);
  const alone = await native(question, { FIXTURE_SERVICE: 'dies' }, 2);
  expect(alone).toMatchObject([{ kind: 'gone' }, { kind: 'failed', id: 5 }, 0]);
}, 30_000);

test('nobody but the extension is answered, and no nonsense', async () => {
  const strange = await home.xpane([
    'native-messaging',
    'chrome-extension://aaaabbbbccccddddaaaabbbbccccdddd/',
  ]);
  expect(strange).toMatchObject({ stdout: '', stderr: expect.stringMatching(/is not the origin of XPane/) });
  expect(strange.code).not.toBe(0);
  const env = { FIXTURE_SERVICE: 'dies' };
  expect((await native(Buffer.from([255, 255, 255, 255]), env, 99)).at(-1)).not.toBe(0);
  expect((await native(framed({ id: 1, ask: 'quit' }), env, 99)).at(-1)).not.toBe(0);
}, 30_000);
