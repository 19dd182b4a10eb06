import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPolicy } from '../../../src/workspace/policy.ts';
import { openSettings } from '../../../src/workspace/settings-store.ts';

let folder: string;
let policy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-policy-'));
  policy = join(folder, 'policy.d');
  mkdirSync(policy);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const fix = (name: string, content: unknown) =>
  writeFileSync(join(policy, name), typeof content === 'string' ? content : JSON.stringify(content));

test('what the policy fixes stands above environment and file, and nobody can change it', () => {
  fix('10-sound.json', { sound: 'off' });
  const store = openSettings(join(folder, 'config'), { XPANE_SOUND: 'on' }, policy);
  expect(store.read().sound).toBe('off');
  expect(() => store.set('sound', 'on')).toThrow(expect.objectContaining({ code: 'settings.fixed' }));
  store.set('memoryMiB', 512);
  expect(store.read()).toMatchObject({ sound: 'off', memoryMiB: 512 });
});

test('a setting that the policy does not name is the user’s', () => {
  fix('10-memory.json', { memoryMiB: 256 });
  const store = openSettings(join(folder, 'config'), {}, policy);
  store.set('sound', 'off');
  expect(store.read()).toMatchObject({ sound: 'off', memoryMiB: 256 });
});

test('files are read in the order of their names; other files are not', () => {
  fix('20.json', { sound: 'off' });
  fix('10.json', { sound: 'on', frame: 'guest' });
  fix('30.json.bak', { sound: 'on' });
  expect(readPolicy(policy)).toEqual({ sound: 'off', frame: 'guest' });
});

test('no folder is no policy', () => {
  expect(readPolicy(join(folder, 'nowhere'))).toEqual({});
});

test.each([
  ['{"sound":', 'JSON'],
  ['["sound"]', 'no object'],
  ['{"sond":"off"}', 'no setting sond'],
  ['{"sound":"of"}', 'sound takes on or off'],
  ['{"sound":null}', 'sound takes on or off'],
])('a policy that cannot be understood allows nothing: %s', (content, why) => {
  fix('10.json', content);
  const error = { code: 'policy.broken', message: expect.stringContaining(why) };
  expect(() => readPolicy(policy)).toThrow(expect.objectContaining(error));
  expect(() => openSettings(join(folder, 'config'), {}, policy).read()).toThrow(
    expect.objectContaining(error),
  );
});
