import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { qemuIo, rawDisk, sameContent } from './fixtures/disk-images.ts';
import { KillMatrix } from './fixtures/kill-matrix.ts';
import { openRig, type WorkspaceRig } from './fixtures/workspace-rig.ts';

let home: string;
/** What the disk of every workspace here holds, and where an export goes. */
let content: string;
let exported: string;
const matrix = new KillMatrix('work with workspaces, milliseconds after it began');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'xpane-killed-'));
  [content, exported] = [join(home, 'content.img'), join(home, 'exported.qcow2')];
  const rig = await openRig(home);
  await rig.importImage(rawDisk(join(home, 'xp.img')), 'Office', { setUp: 'none' });
  await rig.exportTo('office', join(home, 'first.img')); // makes the overlay
  qemuIo(diskOf(rig, 'office'), 'qcow2', 'write -P 0x41 1M 12M', 'write -P 0 2M 10M');
  await rig.exportTo('office', content);
});
afterAll(() => {
  matrix.print();
  rmSync(home, { recursive: true, force: true });
});

const diskOf = ({ shelf }: WorkspaceRig, id: string) => workspaceFiles(shelf.dataFolder, id, 'qemu').disk;

/** A service that is killed when it has been at this work for so long. */
async function killedAt(work: string, afterMs: number): Promise<void> {
  const script = new URL('./fixtures/work-on-workspace.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ home, work, file: exported });
  const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, afterMs));
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

/** What the next service finds: all of the work or nothing of it, which is told. */
async function found(rig: WorkspaceRig, work: string): Promise<boolean> {
  const { shelf, names } = rig;
  expect(shelf.broken).toEqual([]);
  expect(readdirSync(join(shelf.dataFolder, 'unfinished'))).toEqual([]);
  const all = readdirSync(home, { recursive: true, encoding: 'utf8' });
  expect(all.filter((name) => /\.(partial|tmp|new)$/.test(name))).toEqual([]);
  const others = names().filter((name) => name !== 'Built-in guest' && name !== 'Office');
  const [own = 'gone'] = others.filter((name) => name !== 'Made');
  expect(work === 'rename' ? ['Work', 'Renamed'] : work === 'remove' ? ['Work', 'gone'] : ['Work']).toContain(
    own,
  );
  const disks = shelf.live.all.map(({ id }) => diskOf(rig, id)).filter((disk) => existsSync(disk));
  for (const disk of disks) expect(sameContent(disk, 'qcow2', content, 'raw')).toBe(true);
  if (existsSync(exported)) expect(sameContent(exported, 'qcow2', content, 'raw')).toBe(true);
  const details = own === 'gone' ? undefined : await rig.care.show({ workspace: 'work' });
  const done: Record<string, boolean> = {
    clone: others.includes('Made') && disks.length === 3,
    rename: own === 'Renamed',
    export: existsSync(exported),
    compact: (details?.diskBytes ?? 0) < 10 * 2 ** 20,
    reset: details !== undefined && !existsSync(diskOf(rig, 'work')),
    remove: own === 'gone',
  };
  if (work === 'clone') expect(others.includes('Made')).toBe(done.clone);
  return done[work] === true;
}

/** A moment after it began, and one when it is nearly done. */
const moments: Readonly<Record<string, readonly [early: number, late: number]>> = {
  ...{ rename: [1, 6], clone: [5, 100] },
  ...{ export: [5, 120], compact: [5, 120], reset: [1, 10], remove: [1, 10] },
};
const cells = Object.entries(moments).flatMap(([work, [early, late]]) => [
  [work, 'early', early] as const,
  [work, 'late', late] as const,
]);

test.each(cells)('%s, killed %s, after %i ms: all of it is done or nothing', (work, when, afterMs) =>
  matrix.cell(work, `service, ${when}`, async () => {
    const before = await openRig(home);
    for (const { id } of before.shelf.live.all) {
      if (id !== 'builtin' && id !== 'office') await before.care.remove({ workspace: id });
    }
    rmSync(exported, { force: true });
    await before.clone('office', 'Work');
    // The same content in more room.
    if (work === 'compact')
      qemuIo(diskOf(before, 'work'), 'qcow2', 'write -P 0x42 2M 10M', 'write -P 0 2M 10M');
    await killedAt(work, afterMs);
    return (await found(await openRig(home), work)) ? 'all of it' : 'nothing of it';
  }),
);
