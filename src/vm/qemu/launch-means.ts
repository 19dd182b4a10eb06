import { XPaneError } from '../../shared/errors.ts';
import type { ConnectedDevice } from '../guest-devices.ts';
import type { Accelerator } from './arguments.ts';
import type { HostSound } from './host-sound.ts';

/** What of the host a virtual machine is started with. Each can fail though it was there when it was looked for. */
export interface LaunchMeans {
  readonly accelerator: Accelerator;
  /** Undefined for a guest without a sound device. */
  readonly sound: HostSound | undefined;
  readonly devices?: readonly ConnectedDevice[];
}

/**
 * What to try when a start with `means` failed: a slow guest, or one that nobody hears, is better than none.
 * Undefined when less would not help. Pure.
 */
export function lesserMeans(means: LaunchMeans, failure: unknown): LaunchMeans | undefined {
  const code = failure instanceof XPaneError ? failure.code : undefined;
  // Another hypervisor may hold the processor's virtualization just now.
  if (code === 'vm.accelerator-failed' && means.accelerator === 'kvm')
    return { ...means, accelerator: 'tcg' };
  const silent = means.sound === undefined || means.sound.driver === 'none';
  // Sound libraries load what the user has set up into QEMU, which is not allowed all that they may try.
  const maybeSound = code === 'vm.sound-failed' || code === 'vm.start-failed';
  return maybeSound && !silent ? { ...means, sound: { driver: 'none' } } : undefined;
}

/**
 * Throws `vm.sound-failed` when QEMU's words say that nothing takes what the guest plays: the device would then
 * wait for ever, and every program of the guest that plays something with it. Pure.
 */
export function requireSound(words: string): void {
  if (/ac97\.po/.test(words)) throw soundFailed(words);
}

/** QEMU's `words` are about the host's sound. */
export function soundFailed(words: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.sound-failed',
    `The sound of this computer cannot be used: ${words}`,
    'Check that other programs can be heard, or turn the setting "sound" off.',
    cause,
  );
}
