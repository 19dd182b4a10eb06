import { expect, test } from 'vitest';
import { forwardedPort } from '../../../src/vm/qemu/usernet.ts';

/** As QEMU 7.2 prints it, with a connection of the host's to the guest. */
const table = [
  'Hub -1 (net):',
  '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
  '  TCP[ESTABLISHED]   23       127.0.0.1 36947       10.0.2.15  7007     0     0',
  '  TCP[HOST_FORWARD]   4       127.0.0.1 36947       10.0.2.15  7007     0     0',
  '  UDP[236 sec]       12       127.0.0.1  7007       10.0.2.15    53     0     0',
  '',
].join('\r\n');

test('the port that port 0 became', () => {
  expect(forwardedPort(table, 7007)).toBe(36947);
});

test('another guest port, an unusable table', () => {
  const missing = expect.objectContaining({ code: 'vm.no-forward' });
  expect(() => forwardedPort(table, 7008)).toThrow(missing);
  expect(() => forwardedPort('', 7007)).toThrow(missing);
  expect(() => forwardedPort(table.replaceAll('HOST_FORWARD', 'SYN_SENT'), 7007)).toThrow(missing);
});
