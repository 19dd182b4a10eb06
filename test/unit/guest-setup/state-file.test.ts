import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultFirstTimePolicy } from '../../../src/guest-setup/first-time/policy.ts';
import { newSetUpState, nextSetUpState } from '../../../src/guest-setup/first-time/set-up-state.ts';
import { readSetUpState, writeSetUpState } from '../../../src/guest-setup/first-time/state-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'xpane-set-up-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'set-up.json');

test('what was written is read, by nobody else', async () => {
  expect(await readSetUpState(file)).toBeUndefined();
  const state = newSetUpState('image', 1000);
  for (const each of [
    state,
    nextSetUpState(state, { type: 'begun', atUtcMs: 2000, hasDisk: false }, defaultFirstTimePolicy),
  ]) {
    await writeSetUpState(file, each);
    expect(await readSetUpState(file)).toEqual(each);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['', 'state-broken'],
  ['{', 'state-broken'],
  ['[]', 'state-broken'],
  ['null', 'state-broken'],
  ['{"schema":1}', 'state-broken'],
  [
    '{"schema":1,"phase":"running","source":"image","attempts":1,"postponements":0,"changedUtcMs":0,"stage":"lunch","interruptions":0,"spentMs":0}',
    'state-broken',
  ],
  [
    '{"schema":1,"phase":"done","source":"image","attempts":-1,"postponements":0,"changedUtcMs":0}',
    'state-broken',
  ],
  ['{"schema":2,"phase":"dreaming"}', 'state-newer'],
])('%s is %s and stays', async (text, code) => {
  writeFileSync(file, text);
  await expect(readSetUpState(file)).rejects.toThrow(
    expect.objectContaining({ code: `guest-setup.${code}` }),
  );
  expect(readFileSync(file, 'utf8')).toBe(text);
});
