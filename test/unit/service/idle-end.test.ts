import { expect, test } from 'vitest';
import { type IdleEnd, idleEnd } from '../../../src/service/idle-end.ts';
import type { Workspace } from '../../../src/workspace/workspace.ts';

type Ways = Pick<Workspace, 'backend' | 'revertible' | 'closeAction' | 'start' | 'devices'>;
const usual: Ways = { backend: 'qemu', revertible: false, closeAction: 'suspend', start: 'first-use' };

test.each<[string, Partial<Ways>, IdleEnd]>([
  ['a virtual machine', {}, 'suspend'],
  ['one to be shut down', { closeAction: 'shutdown' }, 'shutdown'],
  ['one to be turned off', { closeAction: 'turn-off' }, 'turn-off'],
  ['a sandbox, which cannot be suspended', { backend: 'sandbox' }, undefined],
  ['a sandbox to be shut down', { backend: 'sandbox', closeAction: 'shutdown' }, 'shutdown'],
  ['a revertible one, which is never suspended', { revertible: true }, 'turn-off'],
  [
    'a revertible one with a disk that stays',
    { revertible: true, devices: [{ kind: 'disk', file: '/d', format: 'raw' }] },
    'shutdown',
  ],
  ['one that starts at log-on', { start: 'log-on' }, 'suspend'],
  ['one that starts at log-on, to be shut down', { start: 'log-on', closeAction: 'shutdown' }, undefined],
  ['a revertible one that starts at log-on', { start: 'log-on', revertible: true }, undefined],
])('%s', (_, part, end) => {
  expect(idleEnd({ ...usual, ...part })).toBe(end);
});
