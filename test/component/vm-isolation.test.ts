import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import type { VmNetwork } from '../../src/vm/network.ts';
import { runInNamespace } from './fixtures/isolation/own-namespace.ts';
import type { Attempt, Findings } from './fixtures/isolation/try-to-get-out.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { specIn } from './fixtures/sandbox-guest.ts';

/**
 * A guest whose own root tries to reach what is around it. Everything is in a network namespace of the test's own, with
 * listeners for host, LAN, internet and name servers: no packet leaves this computer.
 */
async function tryToGetOut(network: VmNetwork | undefined, { unrestricted = false } = {}): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'xpvm-'));
  folders.push(folder);
  const spec = { ...specIn(folder), network };
  const source = new URL('./fixtures/shell-agent.c', import.meta.url).pathname;
  execFileSync('i686-w64-mingw32-gcc', ['-O1', '-o', spec.agentFile, source, '-lws2_32']);
  const { cache } = xpanePaths();
  const attempt: Attempt = { folder, appliance: builtInGuest(), cache, spec, unrestricted };
  const { code, stdout, stderr } = await runInNamespace('./try-to-get-out.ts', attempt, 120_000);
  if (code !== 0) throw new Error(`the attempt failed: ${stderr}`);
  return JSON.parse(stdout) as Findings;
}

let closed: Findings;
let open: Findings;
const folders: string[] = [];

beforeAll(async () => {
  // At once: a guest boots for 12 s on one processor.
  [closed, open] = await Promise.all([
    tryToGetOut(undefined),
    tryToGetOut({ kind: 'nat' }, { unrestricted: true }),
  ]);
}, 150_000);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('a guest reaches nothing, and the bridge works all the same', () => {
  const { heard, said, ports, endpoint, commandLine, modes } = closed;
  expect(said, 'it has tried').toMatch(/192\.0\.2\.10.* 100% packet loss/s);
  expect(heard, said).toEqual({ line: [], card: [] });
  expect(ports).toEqual([endpoint.kind === 'tcp' ? endpoint.port : 0]);
  expect(commandLine.join(' ')).toContain(
    '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
  );
  expect(commandLine.filter((arg) => /mode=control|^-(qmp|monitor|mon)$/.test(arg))).toEqual([
    '-mon',
    'chardev=control,mode=control',
  ]);
  expect(commandLine).toContain('socket,id=control,fd=3');
  for (const [path, mode] of Object.entries(modes))
    expect([path, mode]).toEqual([path, expect.stringMatching(/^(700|600)$/)]);
  expect(Object.keys(modes)).toEqual(
    expect.arrayContaining(['run/processes.json', 'run/screen.sock', 'workspace/disk']),
  );
});

test('without its restriction all of it is heard; by nat a guest reaches networks, but not the host’s loopback', () => {
  const { heard, said, processIds } = open;
  const by = (kind: string, places: readonly string[], words: string) =>
    places.map((place) => `${place} ${kind}: ${words}`);
  const networks = (label: string) => [
    ...by('tcp', ['lan', 'internet'], 'connection'),
    ...by('tcp', ['lan', 'internet'], label),
    ...by('udp', ['lan', 'internet'], label),
    ...by('udp', ['dns'], `probe-${label}`),
  ];
  const own = ['loopback', 'ipv6', 'ipv6Loopback'];
  const all = [...networks('line'), ...by('tcp', own, 'line'), ...by('udp', own, 'line')];
  // To a loopback address, from a guest that lets such packets out.
  expect(heard.line, said).toEqual(expect.arrayContaining([...all, 'loopback udp: line-crafted']));
  expect(heard.card, said).toEqual([...networks('card'), 'dns udp: probe-name'].sort());
  expect(processIds).toHaveLength(3);
  for (const pid of processIds) expect(existsSync(`/proc/${pid}`)).toBe(false);
});
