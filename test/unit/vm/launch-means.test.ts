import { expect, test } from 'vitest';
import { XPaneError } from '../../../src/shared/errors.ts';
import { type LaunchMeans, lesserMeans, requireSound } from '../../../src/vm/qemu/launch-means.ts';

const failure = (code: string) => new XPaneError(code, 'It failed.', 'Try.');
const best: LaunchMeans = { accelerator: 'kvm', sound: { driver: 'alsa' } };

test('without KVM the processor is emulated, the sound stays', () => {
  expect(lesserMeans(best, failure('vm.accelerator-failed'))).toEqual({ ...best, accelerator: 'tcg' });
});

test.each(['vm.sound-failed', 'vm.start-failed'])(
  '%s: nobody hears the guest, the accelerator stays',
  (code) => {
    expect(lesserMeans(best, failure(code))).toEqual({ ...best, sound: { driver: 'none' } });
  },
);

test('what does not come from either is not tried again, and nothing is tried for ever', () => {
  expect(lesserMeans(best, failure('vm.disk-in-use'))).toBeUndefined();
  expect(lesserMeans(best, new Error('vm.sound-failed'))).toBeUndefined();
  const least: LaunchMeans = { accelerator: 'tcg', sound: { driver: 'none' } };
  for (const code of ['vm.accelerator-failed', 'vm.sound-failed', 'vm.start-failed']) {
    expect(lesserMeans(least, failure(code))).toBeUndefined();
    expect(lesserMeans({ ...least, sound: undefined }, failure(code))).toBeUndefined();
  }
});

test('a microphone that cannot be opened is what is wanted; a speaker that cannot is a failure', () => {
  requireSound("audio: Failed to create voice `ac97.pi'");
  expect(() => requireSound("audio: Failed to create voice `ac97.po'")).toThrow(/cannot be used/);
});
