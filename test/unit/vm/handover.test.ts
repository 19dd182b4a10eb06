import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { handoverFiles } from '../../../src/vm/guest-handover.ts';
import { ustar } from '../../../src/vm/qemu/ustar.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'xpane-handover-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('what the guest gets', () => {
  const at = folder();
  writeFileSync(join(at, 'a.exe'), 'MZ');
  writeFileSync(join(at, 's'), 'secret!');
  const files = handoverFiles({
    agentFile: join(at, 'a.exe'),
    secretFile: join(at, 's'),
    desktop: { width: 1024.7, height: 768 },
  });
  expect(files.map(({ name, mode, content }) => [name, mode, String(content)])).toEqual([
    ['xpane-agent.exe', 0o500, 'MZ'],
    ['secret', 0o600, 'secret!'],
    ['guest.env', 0o400, 'DESKTOP_WIDTH=1024\nDESKTOP_HEIGHT=768\n'],
  ]);
});

test('a missing agent is said with its name', () => {
  const spec = { agentFile: '/nowhere/a.exe', secretFile: '/nowhere/s', desktop: { width: 1, height: 1 } };
  expect(() => handoverFiles(spec)).toThrow(
    expect.objectContaining({ code: 'vm.no-agent', message: expect.stringContaining('/nowhere/a.exe') }),
  );
});

test('tar reads the archive; its size is whole sectors', () => {
  const at = folder();
  const big = Buffer.alloc(100_001, 7);
  const archive = ustar([
    { name: 'empty', mode: 0o400, content: Buffer.alloc(0) },
    { name: 'sector', mode: 0o500, content: Buffer.alloc(512, 1) },
    { name: 'big.exe', mode: 0o600, content: big },
  ]);
  expect(archive.length % 512).toBe(0);
  writeFileSync(join(at, 'x.tar'), archive);
  execFileSync('tar', ['-xf', 'x.tar'], { cwd: at });
  expect(readFileSync(join(at, 'big.exe')).equals(big)).toBe(true);
  expect(statSync(join(at, 'empty')).size).toBe(0);
  expect(statSync(join(at, 'sector')).mode & 0o777).toBe(0o500);
});
