import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { untilFirstWindow } from '../../../src/service/busy-pointer.ts';

const source = join(import.meta.dirname, '../../../src/service/busy-pointer.ts');

function busy() {
  const events = new EventEmitter();
  const on = (event: string, listener: (...args: unknown[]) => void) => {
    events.on(event, listener);
    return () => events.off(event, listener);
  };
  const end = vi.fn();
  const giveUp = untilFirstWindow({ on } as never, { end } as never, 60_000);
  return { events, end, giveUp };
}

test.each([
  ['a main window', 'windowCreated', { kind: 'normal', ownerId: 0 }, 1],
  ['a menu', 'windowCreated', { kind: 'menu', ownerId: 0 }, 0],
  ['a dialog of another window', 'windowCreated', { kind: 'dialog', ownerId: 7 }, 0],
  ['the guest’s end', 'lost', { code: 'bridge.lost' }, 1],
])('%s', (_, event, what, ends) => {
  const { events, end, giveUp } = busy();
  events.emit(event, what);
  events.emit(event, what);
  expect(end).toHaveBeenCalledTimes(ends);
  giveUp();
  expect(events.eventNames()).toEqual([]);
});

test('a process that has nothing else to do ends', async () => {
  const script = `
    const { untilFirstWindow } = await import(${JSON.stringify(source)});
    untilFirstWindow({ on: () => () => {} }, { end: () => console.log('ended') }, 60_000);
  `;
  const options = { timeout: 15_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    options,
  );
  expect(stdout).toBe('');
});
