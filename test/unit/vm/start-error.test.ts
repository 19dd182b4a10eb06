import { expect, test } from 'vitest';
import { startError } from '../../../src/vm/qemu/start-error.ts';

/** What QEMU 7.2 says. */
test.each([
  ['-blockdev {…}: Failed to get "write" lock', 'vm.disk-in-use'],
  ['-accel kvm: failed to initialize kvm: Device or resource busy', 'vm.accelerator-failed'],
  ['Could not access KVM kernel module: Permission denied', 'vm.accelerator-failed'],
  ["Could not set up host forwarding rule 'tcp:127.0.0.1:0-:7007'", 'vm.no-port'],
  ["cannot set up guest memory 'pc.ram': Cannot allocate memory", 'vm.no-memory'],
  ["pulseaudio: Reason: Connection refused\naudio: Could not init `pa' audio driver", 'vm.sound-failed'],
  ["-audiodev {…}: Parameter 'driver' does not accept value 'pa'", 'vm.sound-failed'],
  ["audio: Failed to create voice `ac97.pi'\nkvm_init: no", 'vm.accelerator-failed'],
  ["audio: Failed to create voice `ac97.pi'\nno such machine", 'vm.start-failed'],
  ["failed to get mtu of bridge `br0': No such device\nbridge helper failed", 'vm.bridge-failed'],
  ['access denied by acl file\n-netdev bridge: bridge helper failed', 'vm.bridge-not-allowed'],
  ["Could not open '/x/disk': No space left on device", 'vm.disk-full'],
  ["Could not open '/home/kvm/disk': Permission denied", 'vm.start-failed'],
  ["Could not open backing file: Could not open '/x': Permission denied", 'vm.start-failed'],
  ['Could not open backing file: Image is not in qcow2 format', 'vm.base-damaged'],
  ['qcow2: Image is corrupt; cannot be opened read/write', 'vm.disk-damaged'],
])('%s', (detail, code) => {
  const error = startError(new Error('closed'), `exit code 1: qemu-system-x86_64: ${detail}`);
  expect(error.code).toBe(code);
  expect(error.hint).not.toBe('');
});
