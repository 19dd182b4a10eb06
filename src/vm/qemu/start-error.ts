import { reportOf, XPaneError } from '../../shared/errors.ts';
import { diskError } from '../new-disk.ts';
import { soundFailed } from './launch-means.ts';
import { bridgeError } from './network/host-bridge.ts';
import { baseDamaged, diskDamaged } from './overlay.ts';
import { resumeFailed } from './suspend.ts';

/** What block/qcow2.c says of an image that makes no sense. */
const damage =
  /image is corrupt|marking image as corrupt|not in qcow2 format|unsupported qcow2 version|(table|offset|size) (is )?(invalid|too (large|small))|(snapshot|l1|refcount) table/i;

/** What QEMU's last words mean to the user, when it did not start. `cause` is what was noticed of it. Pure. */
export function startError(cause: unknown, detail: string): XPaneError {
  if (/failed to get ("write"|"consistent read"|shared "write") lock/i.test(detail)) {
    return new XPaneError(
      'vm.disk-in-use',
      'Another program uses a disk of this workspace.',
      'End the other QEMU or XPane that has it open, then start the workspace again.',
      cause,
    );
  }
  if (damage.test(detail)) {
    return /could not open backing file/i.test(detail) ? baseDamaged(cause) : diskDamaged(cause);
  }
  if (/failed to initialize kvm|could not access kvm|\bkvm_\w+|\bKVM_/i.test(detail)) {
    return new XPaneError(
      'vm.accelerator-failed',
      `KVM did not start: ${detail}`,
      'Close other programs that run virtual machines.',
      cause,
    );
  }
  if (/could not init `\w+' audio driver|-audiodev /i.test(detail)) {
    return soundFailed(detail, cause);
  }
  const aboutBridge = bridgeError(detail, cause);
  if (aboutBridge) return aboutBridge;
  if (/could not set up host forwarding rule/i.test(detail)) {
    return new XPaneError(
      'vm.no-port',
      'No port of this computer is free for the guest.',
      'Close programs that hold many connections, then start the workspace again.',
      cause,
    );
  }
  if (/cannot (allocate|set up guest) memory/i.test(detail)) {
    return new XPaneError(
      'vm.no-memory',
      'There is not enough memory for the guest.',
      'Close other programs, or give the workspace less memory.',
      cause,
    );
  }
  if (/no space left on device/i.test(detail)) return diskError(detail);
  if (reportOf(cause).code === 'vm.resume-failed') return resumeFailed(detail, cause);
  return new XPaneError(
    'vm.start-failed',
    `QEMU did not start: ${detail}`,
    'Try again. If it happens again, run "xpane status" and report what it says.',
    cause,
  );
}
