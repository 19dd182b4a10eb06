import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { standInCd } from './fixtures/install-cd.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { processes } from './fixtures/xpane-processes.ts';

const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';

/** What every process of this computer was started with, as anybody may read it. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'latin1');
      } catch {
        return '';
      }
    })
    .join('\n');
}

async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  const [code] = await once(child, 'close');
  return { code, said };
}

test('the key comes from a file, a pipe or unseen fingers, and never from an argument', async () => {
  const home = processes();
  onTestFinished(() => home.clean());
  const keyFile = join(testFolder(), 'key.txt');
  writeFileSync(keyFile, `${key}\r\nanything else\n`);
  const install = ['workspace', 'install', 'xp.iso', 'Office'];
  const done = 'Windows XP is installed in Office: its applications are in the tray.\n';
  expect(await home.xpane([...install, '--key-file', keyFile, '--disk-size', '40G'])).toMatchObject({
    ...{ code: 0, stdout: done },
  });
  const piped = home.start(install);
  piped.stdin?.end(`${key}\n`);
  expect(await ended(piped)).toMatchObject({ code: 0, said: expect.stringContaining(done) });

  const entry = fileURLToPath(new URL('fixtures/xpane-fixture.ts', import.meta.url));
  const line = [process.execPath, entry, ...install].join(' ');
  const typed = async (text: string) => {
    const terminal = spawn('script', ['-qefc', line, '/dev/null'], {
      env: { ...process.env, XPANE_HOME: join(home.paths.data, '..') },
    });
    onTestFinished(() => void terminal.kill('SIGKILL'));
    let screen = '';
    terminal.stdout.on('data', (chunk) => {
      screen += String(chunk);
    });
    const over = ended(terminal);
    await vi.waitFor(() => expect(screen).toContain('Product key of Windows XP: '), { timeout: 20_000 });
    expect(commandLines()).not.toContain(key);
    terminal.stdin.write(text);
    return { code: (await over).code, screen };
  };
  const good = await typed(`${key}\r`);
  expect(good).toMatchObject({
    code: 0,
    screen: expect.stringContaining('Windows XP is installed in Office'),
  });
  expect(good.screen).not.toContain('HJKMP');
  for (const leave of ['\x03', '\x04']) expect(await typed(leave)).toMatchObject({ code: 10 });

  for (const [wrong, code] of [
    [['--disk-size', '20M'], 2],
    [['--disk-size', '500G'], 2],
    [['--set-up', 'none'], 2],
    [['--code-page', 'latin'], 2],
    [['--key-file', join(keyFile, 'none')], 2],
  ] as const) {
    expect((await home.xpane([...install, ...wrong])).code).toBe(code);
  }
}, 60_000);

test('the service installs from the CD in a real machine, and of the key nothing is left', async () => {
  const home = testFolder();
  const media = testFolder();
  const cd = standInCd(media, { quiet: true });
  const env = { ...process.env, XPANE_HOME: home, XPANE_CACHE: xpanePaths().cache, DISPLAY: '' };
  const entry = fileURLToPath(new URL('../../src/xpane.ts', import.meta.url));
  const xpane = (...args: string[]) => spawn(process.execPath, [entry, ...args], { env });
  onTestFinished(async () => void (await ended(xpane('quit', '--force'))));
  const child = xpane('workspace', 'install', cd, 'XP', '--set-up', 'silent', '--disk-size', '2G');
  child.stdin.end(key);
  const over = ended(child);
  const disk = join(home, 'data/workspaces/xp/disk.qcow2');
  const floppy = join(home, 'data/workspaces/xp/set-up.flp');
  await vi.waitFor(() => expect(commandLines()).toContain(`"filename":"${cd}"`), { timeout: 30_000 });
  expect([existsSync(disk), existsSync(floppy)]).toEqual([true, true]);
  expect(commandLines()).not.toContain(key);
  // The stand-in turns its machine off at the end, as no Windows does that installs an agent: each attempt fails.
  const { code, said } = await over;
  expect([code, said]).toEqual([4, expect.stringContaining('The guest ended before it was ready.')]);
  expect(said).toContain('FROM-DISK');
  expect(existsSync(floppy)).toBe(false);
  const forms = [Buffer.from(key), Buffer.from(key, 'utf16le')];
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const log = files.find(({ name }) => name === 'service.log');
  expect(readFileSync(join(log?.parentPath ?? '', 'service.log'), 'utf8')).toContain('"stage":"install"');
  const found = files
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => forms.some((form) => readFileSync(file).includes(form)));
  expect(found).toEqual([]);
  expect(commandLines()).not.toContain(key);
}, 60_000);
