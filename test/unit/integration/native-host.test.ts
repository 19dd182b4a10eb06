import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  acceptedOrigins,
  extensionId,
  installNativeHost,
  nativeHostScript,
  nativeHostState,
  removeNativeHost,
} from '../../../src/integration/browser/native-host.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-host-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = () => ({
  self: { command: '/opt/x pane/xpane', args: [] },
  env: { HOME: folder, PATH: join(folder, 'bin') },
  dataFolder: join(folder, 'data'),
});
const manifest = 'NativeMessagingHosts/xpane.links.json';
const config = (name: string) => join(folder, '.config', name);

test('the extension’s id follows from the key in its manifest', () => {
  const { key } = JSON.parse(readFileSync('src/browser-extension/manifest.json', 'utf8'));
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32);
  const letters = [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
  expect(letters.join('')).toBe(extensionId);
});

test('each browser that is there is told, and told no more', async () => {
  mkdirSync(config('chromium'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/google-chrome-stable'), '');
  await installNativeHost(place());
  const files = [join(config('chromium'), manifest), join(config('google-chrome'), manifest)];
  expect((await nativeHostState(place())).manifests).toEqual(files);
  for (const file of files) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      name: 'xpane.links',
      type: 'stdio',
      path: join(folder, 'data/native-messaging.sh'),
      allowed_origins: [`chrome-extension://${extensionId}/`],
    });
  }
  expect(statSync(join(folder, 'data/native-messaging.sh')).mode & 0o777).toBe(0o700);
  // Another program's host stays.
  writeFileSync(join(config('chromium'), 'NativeMessagingHosts/other.json'), '{}');
  await removeNativeHost(place());
  expect((await nativeHostState(place())).manifests).toEqual([]);
  expect(readdirSync(config('chromium'))).toEqual(['NativeMessagingHosts']);
  expect([readdirSync(join(folder, '.config')), readdirSync(join(folder, 'data'))]).toEqual([
    ['chromium'],
    [],
  ]);
  await removeNativeHost(place());
});

test('the script starts this very XPane, wherever it is', () => {
  const self = { command: "/opt/it's/node", args: ['/a b/xpane.ts'] };
  expect(nativeHostScript(self, { XPANE_HOME: '/h $x' })).toBe(
    `#!/bin/sh\nexec 'env' 'XPANE_HOME=/h $x' '/opt/it'\\''s/node' '/a b/xpane.ts' 'native-messaging' "$1"\n`,
  );
});

test('an administrator’s manifest may name an extension that he has packed himself', async () => {
  const own = `chrome-extension://${extensionId}/`;
  expect(await acceptedOrigins([folder])).toEqual([own]);
  const write = (content: string) => writeFileSync(join(folder, 'xpane.links.json'), content);
  const his = `chrome-extension://${'abcdefghijklmnop'.repeat(2)}/`;
  write(JSON.stringify({ allowed_origins: [his, 'https://evil.test/', 7] }));
  expect(await acceptedOrigins([folder])).toEqual([own, his]);
  for (const spoilt of ['', 'null', '{"allowed_origins": {}}', '[]']) {
    write(spoilt);
    expect(await acceptedOrigins([folder])).toEqual([own]);
  }
});
