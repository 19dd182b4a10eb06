import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ensureAgent, findAgentInstaller, findAgentTests } from '../../src/appliance/agent.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { startWineGuest } from './fixtures/wine-guest.ts';

const run = promisify(execFile);
const agentFolder = join(import.meta.dirname, '../../src/guest-agent');
const vectors = join(import.meta.dirname, '../vectors');
const list = join(agentFolder, 'xp-imports.txt');
const { cache } = xpanePaths();

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'xpane-build-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** What the import check says of a program with this C source; empty if nothing is wrong. */
async function complaints(source: string): Promise<string> {
  const path = await folder();
  await writeFile(join(path, 'a.c'), source);
  await run('i686-w64-mingw32-gcc-win32', [
    '-D_WIN32_WINNT=0x0601',
    '-o',
    join(path, 'a.exe'),
    join(path, 'a.c'),
  ]);
  try {
    await run('sh', [join(agentFolder, 'check-imports.sh'), join(path, 'a.exe'), list]);
    return '';
  } catch (failed) {
    return String((failed as { stderr: string }).stderr);
  }
}

beforeAll(async () => {
  await ensureAgent({ cache });
}, 300_000);

describe('imports', () => {
  test('agent and installer import only what Windows XP SP3 has', async () => {
    const programs = [await ensureAgent({ cache }), findAgentInstaller(cache) ?? 'no installer'];
    for (const program of programs) await run('sh', [join(agentFolder, 'check-imports.sh'), program, list]);
  });

  test('the agent says that it runs on Windows 5.1', async () => {
    const { stdout } = await run('i686-w64-mingw32-objdump', ['-p', await ensureAgent({ cache })]);
    expect(stdout).toMatch(/MajorSubsystemVersion\s+5\n/);
    expect(stdout).toMatch(/MinorSubsystemVersion\s+1\n/);
    expect(stdout).toMatch(/Subsystem\s+00000002/);
  });

  test.each([
    ['InitializeSRWLock', 'SRWLOCK lock; InitializeSRWLock(&lock);'],
    ['GetTickCount64', 'return (int)GetTickCount64();'],
    ['QueryFullProcessImageNameW', 'return QueryFullProcessImageNameW(0, 0, 0, 0);'],
  ])('%s, which came with Vista, fails the check', async (name, statement) => {
    const text = await complaints(`#include <windows.h>\nint main(void) { ${statement} return 0; }`);
    expect(text).toContain(`kernel32.dll: ${name} is not in`);
  });

  test('a file that is no program fails the check', async () => {
    const path = join(await folder(), 'text.exe');
    await writeFile(path, 'text');
    await expect(run('sh', [join(agentFolder, 'check-imports.sh'), path, list])).rejects.toThrow();
  });
});

describe('the agent’s own tests', () => {
  test('pass on this machine, with sanitizers', async () => {
    const out = join(cache, 'agent-native');
    await mkdir(out, { recursive: true });
    await run('make', ['-C', agentFolder, `OUT=${out}`, '-j2', 'native-tests'], { maxBuffer: 1 << 24 });
    const { stdout } = await run(join(out, 'native-tests'), [vectors], { maxBuffer: 1 << 24 });
    expect(stdout).toMatch(/\n\d+ tests, 0 failed\n$/);
  }, 300_000);

  test('pass under Wine', async () => {
    const tests = findAgentTests(cache);
    if (tests === undefined) throw new Error('agent-tests.exe was not built');
    const guest = await startWineGuest();
    onTestFinished(() => guest.stop());
    await copyFile(tests, join(guest.shared, 'agent-tests.exe'));
    await cp(vectors, join(guest.shared, 'vectors'), { recursive: true });
    const { code, output } = await guest.start('agent-tests.exe', ['Z:\\run\\xpane\\vectors']).exited(60_000);
    expect(output).toMatch(/\n\d+ tests, 0 failed\r?\n$/);
    expect(code).toBe(0);
  }, 300_000);
});
