import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../src/launcher/service-lock.ts';
import { Display } from '../../src/service/display.ts';
import { silentLog } from '../../src/shared/log.ts';
import { startXDesktop, type XDesktop } from './fixtures/x-desktop.ts';

const entry = fileURLToPath(new URL('../../src/xpane.ts', import.meta.url));

let desktop: XDesktop;
beforeAll(async () => {
  desktop = await startXDesktop({ windowManager: 'none' });
});
afterAll(() => desktop?.stop());

test('a service that fails when its display is open already ends and lets go of its lock', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-end-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Long enough that no socket can have a name in it: the service learns that after it opened the display.
  const home = join(folder, 'x'.repeat(100));
  mkdirSync(home, { mode: 0o700 });
  const service = spawn(process.execPath, [entry, 'service'], {
    env: { ...process.env, XPANE_HOME: home, XPANE_BACKEND: 'sandbox', DISPLAY: desktop.display },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    service.kill('SIGKILL');
  });
  let complaint = '';
  service.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const [code] = await once(service, 'close');
  expect(code).toBe(3);
  expect(complaint).toContain('too long for a socket');
  const lock = await takeLock(join(home, 'run'), 'service');
  expect(lock).toBeDefined();
  lock?.release();
});

test('a display that was closed for good opens no other one, not even one it is just opening', async () => {
  const display = new Display({ log: silentLog, onScreenChanged: () => undefined });
  const opening = display.open(desktop.display).catch((error: unknown) => error);
  await display.close();
  expect(await opening).toMatchObject({ code: 'service.stopping' });
  expect(display.presenter).toBeUndefined();
  await expect(display.open('no display at all')).rejects.toMatchObject({ code: 'service.stopping' });
});
