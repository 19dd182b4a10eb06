import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { productKey } from '../../../src/guest-setup/answers/product-key.ts';
import { Secret } from '../../../src/guest-setup/secret.ts';
import { reportOf } from '../../../src/shared/errors.ts';
import { openLog } from '../../../src/shared/log.ts';

const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';

test('a secret shows nowhere but by reveal', () => {
  const secret = new Secret(key);
  expect(secret.reveal()).toBe(key);
  const holder = { secret, list: [secret], map: new Map([['secret', secret]]) };
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify(holder),
    inspect(holder, { depth: 9, showHidden: true, getters: true }),
    inspect(secret, { customInspect: false, showHidden: true }),
    Object.values(secret).join(),
    Object.getOwnPropertyNames(secret).join(),
    new Error(`failed with ${secret}`).stack ?? '',
    JSON.stringify(structuredClone({ ...secret })),
  ];
  for (const each of shown) expect(each).not.toContain('BCDFG');
  expect(shown[0]).toBe('[secret]');
});

test('a log has none of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-secret-'));
  const file = join(folder, 'log');
  const log = openLog({ file, level: 'debug' });
  const secret = new Secret(key);
  log.error(
    { secret, nested: { answers: { productKey: secret } }, error: new Error(`${secret}`) },
    `${secret}`,
  );
  const logged = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  expect(logged).toContain('[secret]');
  expect(logged).not.toContain('BCDFG');
});

test.each([key, key.toLowerCase(), `  ${key}\n`])('%j is a product key', (typed) => {
  expect(productKey(typed).reveal()).toBe(key);
});

test.each([
  '',
  'BCDFG-HJKMP-QRTVW-XY234',
  'BCDFGHJKMPQRTVWXY2346789B',
  'ABCDE-HJKMP-QRTVW-XY234-6789B', // vowels
  'BCDFG-HJKMP-QRTVW-XY234-6789N',
  'BCDFG-HJKMP-QRTVW-XY234-67890',
  `${key}-BCDFG`,
  `${key}\r\n[GuiRunOnce]`,
])('%j is none, and the error does not repeat it', (typed) => {
  let thrown: unknown;
  try {
    productKey(typed);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'guest-setup.bad-product-key' });
  const told = JSON.stringify(reportOf(thrown)) + inspect(thrown, { depth: 9 }).replace(/^ +at .*$/gm, '');
  if (typed.length > 4) expect(told).not.toContain(typed.slice(0, 5));
});
