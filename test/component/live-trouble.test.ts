import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
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
