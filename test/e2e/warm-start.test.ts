import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

/** The first guest boots, unless one on this computer has booted before; those after it are copies. */
describe('new workspaces (qemu)', () => {
  let run: XPaneRun;

  beforeAll(async () => {
    const { DISPLAY: _, ...env } = process.env;
    run = await XPaneRun.prepare({ backend: 'qemu', env });
    await run.ok('start');
  });

  afterAll(() => run?.stop());

  const workspace = async (id: string) => (await run.state()).workspaces.find((each) => each.id === id);
  const filesOf = (id: string) => workspaceFiles(join(run.home, 'data'), id, 'qemu');
  const startsOf = async (id: string) =>
    (await run.log())
      .split('\n')
      .filter((line) => line.includes('virtual machine started'))
      .map((line) => JSON.parse(line) as { workspace: string; resumed: boolean })
      .filter((each) => each.workspace === id)
      .map(({ resumed }) => resumed);

  it('go on from a copy, each with a secret of its own', async () => {
    for (const name of ['second', 'third']) {
      await run.ok('workspace', 'create', name);
      const begunMs = performance.now();
      await run.ok('start', '--workspace', name);
      console.log(`${name}: ready after ${Math.round(performance.now() - begunMs)} ms, its command included`);
      expect(await startsOf(name)).toEqual([true]);
      expect((await workspace(name))?.applications.length).toBeGreaterThan(3);
    }
    const secrets = ['builtin', 'second', 'third'].map((id) => readFileSync(filesOf(id).secret, 'utf8'));
    expect(new Set(secrets).size).toBe(3);
    // Whoever goes on from the same memory as others knows by its own secret alone whom it talks to.
    expect(await run.log()).not.toMatch(/gave up|of no use|not-proven/);
  });

  it('are suspended and go on as all others do', async () => {
    await run.ok('suspend', '--workspace', 'second');
    await run.ok('start', '--workspace', 'second');
    expect(await startsOf('second')).toEqual([true, true]);
    expect((await workspace('second'))?.phase).toBe('running');
  });

  it('start at log-on when they are to, and the others do not', async () => {
    await run.ok('workspace', 'create', 'Early', '--set', 'start=log-on');
    await run.ok('workspace', 'create', 'Late');
    // Without a desktop it has no place for its icon.
    expect((await run.xpane('log-on')).code).not.toBe(0);
    await expect.poll(async () => (await workspace('early'))?.phase, { timeout: 60_000 }).toBe('running');
    expect((await workspace('late'))?.phase).toBe('stopped');
    await run.ok('stop', '--workspace', 'early', '--force');
  });

  it('leave nothing, and are never suspended, when they are revertible', async () => {
    await run.ok('workspace', 'create', 'fourth', '--set', 'revertible=on');
    const { folder } = filesOf('fourth');
    for (const round of [1, 2]) {
      await run.ok('start', '--workspace', 'fourth');
      expect((await workspace('fourth'))?.suspends).toBeUndefined();
      expect(existsSync(join(folder, 'disk.qcow2.revertible'))).toBe(true);
      expect((await run.xpane('suspend', '--workspace', 'fourth')).stderr).toContain('leaves nothing behind');
      await run.ok('stop', '--workspace', 'fourth');
      expect(
        readdirSync(folder).filter((name) => name.startsWith('disk')),
        `round ${round}`,
      ).toEqual([]);
    }
    expect(await startsOf('fourth')).toEqual([true, true]);
  });
});
