import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import { childEnvironment, findProgram, requireSetpriv } from '../host-programs.ts';
import { seccompFilter } from './arguments.ts';
import { audioDrivers } from './host-sound.ts';

/** QEMU as it is installed here. Paths are absolute. */
export interface QemuPrograms {
  readonly qemu: string;
  readonly qemuImg: string;
  /** First line of `--version`. */
  readonly version: string;
  /** Whether this build can filter its own system calls. */
  readonly seccomp: boolean;
}

/** Finds QEMU in PATH. Throws `vm.qemu-missing`, `vm.setpriv-missing`, `vm.qemu-broken`. */
export async function findQemu(signal?: AbortSignal): Promise<QemuPrograms> {
  requireSetpriv();
  const qemu = findProgram('qemu-system-x86_64');
  const qemuImg = findProgram('qemu-img');
  if (qemu === undefined || qemuImg === undefined) {
    throw new XPaneError(
      'vm.qemu-missing',
      `The program ${qemu === undefined ? 'qemu-system-x86_64' : 'qemu-img'}, which runs the guest, is not installed.`,
      'Install QEMU; on Debian and Ubuntu: sudo apt install qemu-system-x86 qemu-utils',
    );
  }
  const filtered = await version(qemu, ['-sandbox', seccompFilter], signal);
  const plain = filtered ?? (await version(qemu, [], signal));
  if (plain === undefined) {
    throw new XPaneError(
      'vm.qemu-broken',
      `QEMU (${qemu}) does not even tell its version.`,
      'Install QEMU again.',
    );
  }
  return { qemu, qemuImg, version: plain, seccomp: filtered !== undefined };
}

/** What this QEMU can play sound to. Drivers that lie in modules are there only if the module is. */
export async function playableDrivers(qemu: string, signal?: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await runChild({
    command: qemu,
    args: ['-audiodev', 'help'],
    env: childEnvironment(),
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  });
  return audioDrivers(stdout);
}

async function version(
  qemu: string,
  options: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const result = await runChild({
    command: qemu,
    args: [...options, '-version'],
    env: childEnvironment(),
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  });
  return result.code === 0 ? result.stdout.split('\n')[0] : undefined;
}
