import { existsSync } from 'node:fs';
import type { ErrorReport } from '../../shared/errors.ts';
import { type AcceleratorQuestion, findAccelerator, kvmDevice, mayUse } from './accelerator.ts';

/** Why guests run without KVM here, and what would help; undefined when they run with it. Rejects with `signal.reason`. */
export async function whyWithoutKvm(question: AcceleratorQuestion): Promise<ErrorReport | undefined> {
  const device = question.device ?? kvmDevice;
  if (!existsSync(device)) return noKvm;
  if (!mayUse(device)) return noRights(device);
  return (await findAccelerator(question)) === 'kvm' ? undefined : broken;
}

const slow = 'guests in QEMU are many times slower';

const noKvm: ErrorReport = {
  code: 'vm.no-kvm',
  message: `This computer has no KVM: ${slow}.`,
  hint: 'Turn virtualisation on (VT-x, AMD-V, SVM) in the settings of its firmware; in a virtual machine, in those of its host.',
};

const broken: ErrorReport = {
  code: 'vm.kvm-broken',
  message: `This computer has KVM, but no guest runs on it: ${slow}.`,
  hint: 'End other programs that run virtual machines; "journalctl -k" may say more. In a virtual machine its host decides.',
};

/** Logging out and in does not help the service, which has the groups of the user's service manager. */
function noRights(device: string): ErrorReport {
  return {
    code: 'vm.kvm-no-rights',
    message: `You may not use ${device}: ${slow}.`,
    hint: 'Have yourself added to the group that may (sudo usermod -aG kvm YOU), then restart this computer.',
  };
}
