import { expect, test } from 'vitest';
import { MemoryGate, type MemoryUser } from '../../../src/service/memory-gate.ts';
import type { SessionPhase } from '../../../src/service/session-phase.ts';
import { silentLog } from '../../../src/shared/log.ts';
import { memoryNeedBytes } from '../../../src/vm/memory-need.ts';

const mib = 2 ** 20;
const starting: SessionPhase = { name: 'starting', text: 'Starting' };
/** What a guest of 512 MiB takes. */
const oneMiB = memoryNeedBytes('qemu', 512) / mib;

type User = MemoryUser & { session: { phase: SessionPhase } };

function user(name: string, phase: SessionPhase, processIds: number[] = [], hasSnapshot = false): User {
  const workspace = { backend: 'qemu', memoryMiB: 512 } as const;
  return { id: name.toLowerCase(), name, workspace, session: { phase, processIds, hasSnapshot } };
}

/** Process 1 holds 100 MiB for good, all others nothing. */
function gate(availableMiB: number, users: readonly MemoryUser[], swapMiB = 0): MemoryGate {
  const host = {
    read: () => ({
      totalBytes: 2 ** 33,
      availableBytes: availableMiB * mib,
      swapFreeBytes: swapMiB * mib,
    }),
    heldBytes: (ids: readonly number[]) => (ids.includes(1) ? 100 * mib : 0),
  };
  return new MemoryGate({ host, workspaces: () => users, log: silentLog });
}

test('a guest needs its memory and what runs it; the sandbox needs what its programs take', () => {
  expect(oneMiB).toBeGreaterThan(512 + 100);
  expect(memoryNeedBytes('sandbox', 3072)).toBe(memoryNeedBytes('sandbox', 128));
});

test('with room enough it starts, and nothing is said', () => {
  const one = user('One', starting);
  expect(gate(oneMiB + 300, [one]).admit(one)).toBeUndefined();
});

test('one that does not fit is refused with what it needs, what there is, and what helps', () => {
  const one = user('One', starting);
  expect(() => gate(oneMiB - 1, [one]).admit(one)).toThrowError(
    expect.objectContaining({
      code: 'vm.host-memory-short',
      message: `One needs ${oneMiB} MiB of memory, and this computer has ${oneMiB - 1} MiB left.`,
      hint: 'Close other programs, or give the workspace less ("xpane workspace set one memoryMiB=…").',
    }),
  );
});

test('one that just fits starts with a warning; so does one that fits with the swap', () => {
  const one = user('One', starting);
  expect(gate(oneMiB + 100, [one]).admit(one)).toMatchObject({ code: 'vm.host-memory-near' });
  expect(gate(10, [one], oneMiB).admit(one)).toMatchObject({ code: 'vm.host-memory-near' });
});

test('what others may take counts though the kernel calls it available, but not twice', () => {
  const runs = user('Runs', { name: 'running' }, [1]);
  const one = user('One', starting);
  // Of the other's need 100 MiB are missing from what is available already.
  expect(gate(2 * oneMiB - 100, [runs, one]).admit(one)).toMatchObject({ code: 'vm.host-memory-near' });
  expect(() => gate(2 * oneMiB - 101, [runs, one]).admit(one)).toThrowError(
    expect.objectContaining({
      message: expect.stringMatching(/ left beside what its other guests may take\.$/),
      hint: expect.stringMatching(/^Suspend Runs \("xpane suspend --workspace runs"\), close other/),
    }),
  );
});

test('a guest that tells no processes, as of VirtualBox, has its memory once it runs', () => {
  const runs = user('Runs', { name: 'running' });
  const one = user('One', starting);
  expect(gate(oneMiB + 300, [runs, one]).admit(one)).toBeUndefined();
});

test('a guest that rests takes nothing', () => {
  const resting = (['suspended', 'stopped'] as const).map((name) => user(name, { name }));
  const one = user('One', starting);
  expect(gate(oneMiB + 300, [...resting, one]).admit(one)).toBeUndefined();
});

test('of two that start at once the first is let in, and the second hears of it', () => {
  const [first, second] = [user('First', starting), user('Second', starting)];
  const both = gate(oneMiB + 300, [first, second]);
  expect(both.admit(first)).toBeUndefined();
  expect(() => both.admit(second)).toThrowError(expect.objectContaining({ code: 'vm.host-memory-short' }));
  first.session.phase = { name: 'stopped' };
  expect(both.admit(second)).toBeUndefined();
});

test('where the kernel does not tell, guests start', () => {
  const one = user('One', starting);
  const host = { read: () => undefined, heldBytes: () => 0 };
  expect(new MemoryGate({ host, workspaces: () => [one], log: silentLog }).admit(one)).toBeUndefined();
});

test('a suspended guest goes on with the memory it has: less is no way out', () => {
  const one = user('One', starting, [], true);
  expect(() => gate(100, [one]).admit(one)).toThrow(
    expect.objectContaining({ code: 'vm.host-memory-short', hint: 'Close other programs.' }),
  );
});
