import { expect, onTestFinished, test } from 'vitest';
import { keepWatching } from '../../../src/launcher/watch.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { waitFor } from '../../component/fixtures/wait-for.ts';

test('a service of another version is told once, also after it was lost, and asked again rarely', async () => {
  const codes = ['service.lost', 'service.not-running', 'service.other-version', 'service.other-version'];
  const told: string[] = [];
  const tries: number[] = [];
  const watch = keepWatching({
    async connect() {
      tries.push(performance.now());
      throw new XPaneError(codes[tries.length - 1] ?? 'service.not-running', 'No.', 'Wait.');
    },
    onState: () => undefined,
    onLost: ({ code }) => told.push(code),
    ...{ retryMs: 1, otherVersionRetryMs: 300 },
  });
  onTestFinished(() => watch.close());
  await waitFor('the last try', () => tries.length > codes.length);
  expect(told).toEqual(['service.lost', 'service.other-version']);
  const [, , third = 0, fourth = 0, fifth = 0] = tries;
  expect(Math.min(fourth - third, fifth - fourth)).toBeGreaterThan(250);
});
