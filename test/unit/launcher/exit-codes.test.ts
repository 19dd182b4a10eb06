import { expect, test } from 'vitest';
import { exitCodeMeanings, exitCodeOf, exitCodes } from '../../../src/launcher/exit-codes.ts';

test.each([
  ['usage.invalid', 2],
  ['service.unknown-workspace', 2],
  ['service.not-running', 3],
  ['service.not-allowed', 3],
  ['vm.no-accelerator', 4],
  ['session.guest-ended', 4],
  ['launch.failed', 4],
  ['application.unknown', 5],
  ['application.ambiguous', 5],
  ['launch.not-found', 5],
  ['launch.access-denied', 6],
  ['service.timeout', 7],
  ['service.quit-timeout', 7],
  ['bridge.timeout', 7],
  ['workspace.running', 4],
  ['workspace.name-taken', 2],
  ['settings.invalid', 2],
  ['image.damaged', 9],
  ['image.timeout', 7],
  ['work.cancelled', 10],
  ['files.not-found', 12],
  ['files.program', 12],
  ['guest-setup.bad-product-key', 2],
  ['guest-setup.not-a-cd', 9],
  ['setup.needs-key', 4],
  ['autostart.other-home', 2],
  ['printing.no-room', 12],
  ['internal.unexpected', 1],
  ['', 1],
])('%s exits with %i', (code, exitCode) => {
  expect(exitCodeOf(code)).toBe(exitCode);
});

test('every exit code is explained', () => {
  expect(Object.keys(exitCodeMeanings).map(Number)).toEqual(Object.values(exitCodes));
});
