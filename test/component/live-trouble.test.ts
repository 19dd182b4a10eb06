import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WorkspaceCare } from '../../src/service/workspace-care.ts';
import { openSettings } from '../../src/workspace/settings-store.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { openRig } from './fixtures/workspace-rig.ts';

const scripted = vi.hoisted(() => ({ backend: undefined as unknown }));
vi.mock(import('../../src/service/guest-source.ts'), async (original) => ({
  ...(await original()),
  guestSource: () => () => ({ backend: scripted.backend as ScriptedBackend, agentFile: '/agent.exe' }),
}));

test('a guest that cannot go on is told of as long as that lasts', async () => {
  const backend = new ScriptedBackend();
  scripted.backend = backend;
  const { shelf } = await openRig(testFolder());
  const live = shelf.live.find('builtin');
  const { secret } = workspaceFiles(shelf.dataFolder, live.id, live.workspace.backend);
  backend.agentOptions = { secret: readFileSync(secret, 'utf8').trim() };
  onTestFinished(() => live.session.stop({ force: true }));
  await live.ensureReady();
  const told: unknown[] = [];
  live.changes.listen(() => told.push(live.state().warning?.code));
  const [spec] = backend.specs;
  spec?.onTrouble?.({ code: 'vm.waits-for-room', message: 'There is no room.', hint: 'Make some.' });
  spec?.onTrouble?.(undefined);
  expect(told).toEqual(['vm.waits-for-room', undefined]);
});

test('why guests in QEMU are slow is told of those that run in it', async () => {
  const { shelf, paths } = await openRig(testFolder());
  const slow = { code: 'vm.no-kvm', message: 'It is slow.', hint: 'Buy another.' };
  const settings = openSettings(paths.config, {}, join(paths.config, 'no-policy'));
  const care = new WorkspaceCare({ shelf, settings, builtInBase: () => '', whySlow: async () => slow });
  const ids: string[] = [];
  for (const backend of ['qemu', 'sandbox'])
    ids.push((await care.create({ name: backend, settings: { backend } })).id);
  const shown = await Promise.all(ids.map((workspace) => care.show({ workspace })));
  expect(shown.map((details) => details.slow)).toEqual([slow, undefined]);
});
