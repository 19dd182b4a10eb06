import { afterEach, beforeEach, expect, test } from 'vitest';
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
