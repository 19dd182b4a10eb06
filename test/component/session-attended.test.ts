import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WorkspaceSession } from '../../src/service/workspace-session.ts';
import type { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import { capabilities } from '../../src/vm/capabilities.ts';
import type { VmBackend, VmExit } from '../../src/vm/vm-backend.ts';
import { fakeSecret } from './fixtures/fake-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

/** A guest in which no agent ever answers, as one that is being installed or repaired. */
async function silentGuest() {
  const server = createServer((client) => void client.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const exited = Promise.withResolvers<VmExit>();
  const end = async () => {
    exited.resolve({ expected: true, inOrder: false, detail: '' });
    return await exited.promise;
  };
  let dials = 0;
  server.on('connection', () => dials++);
  const backend: VmBackend = {
    ...{ kind: 'qemu', capabilities: capabilities.qemu },
    ...{ obstacle: async () => undefined, prepareDisk: async () => {}, reclaim: async () => {} },
    start: async () => ({
      resumed: false,
      ...{ endpoint: { kind: 'tcp', host: '127.0.0.1', port }, screenSocket: '/nowhere/screen.sock' },
      ...{ processIds: [], exited: exited.promise, powerOff: end, kill: end },
    }),
  };
  return { backend, end, close: () => server.close(), dials: () => dials };
}

const patience = { readyMs: 100, silence: (cause: unknown) => cause as XPaneError };

async function started(attended: () => boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-attended-'));
  const guest = await silentGuest();
  const session = new WorkspaceSession({
    ...{
      workspaceId: 'test',
      guestSource: () => ({ backend: guest.backend, agentFile: '/nowhere/agent', patience }),
    },
    ...{ disk: join(folder, 'disk'), secretFile: join(folder, 'secret'), secret: fakeSecret },
    ...{ runtimeFolder: join(folder, 'run'), memoryMiB: 256, sound: false, log: silentLog },
    ...{ warmStart: false, revertible: false, suspendMs: 0 },
    ...{ startDurationFile: join(folder, 'start.json'), desktop: () => ({ width: 800, height: 600 }) },
    ...{ onBridge: () => undefined, attended, snapshot: { exists: () => false, discard: () => undefined } },
  });
  onTestFinished(async () => {
    await session.stop({ force: true });
    guest.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { session, guest, ready: session.ensureReady() };
}

it('a guest that does not get ready in time is ended', async () => {
  const { session, ready } = await started(() => false);
  await expect(ready).rejects.toMatchObject({ code: expect.stringMatching(/^bridge\./) });
  expect(session.phase.name).toBe('failed');
  expect(session.screenSocket).toBeUndefined();
});

it('while somebody looks at its screen it is not, and afterwards it is', async () => {
  let looking = true;
  let asked = 0;
  const { session, ready } = await started(() => {
    asked++;
    return looking;
  });
  ready.catch(() => undefined);
  await waitFor('three waits to pass', () => asked >= 3);
  expect(session.phase.name).toBe('starting');
  expect(session.screenSocket).toBe('/nowhere/screen.sock');
  looking = false;
  await expect(ready).rejects.toMatchObject({ code: expect.stringMatching(/^bridge\./) });
  expect(session.phase.name).toBe('failed');
});

it('one that ends meanwhile has ended, whoever looks', async () => {
  const { session, guest, ready } = await started(() => true);
  ready.catch(() => undefined);
  await waitFor('the host to dial', () => guest.dials() > 0);
  await guest.end();
  await expect(ready).rejects.toMatchObject({ code: 'session.guest-ended-early' });
  expect(session.phase.name).toBe('failed');
});
