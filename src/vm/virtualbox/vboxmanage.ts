import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { childEnvironment, findProgram, requireSetpriv } from '../host-programs.ts';
import { type MachineInfo, parseMachineInfo } from './machine-info.ts';

/** VBoxManage, by which everything of VirtualBox is done: syntax of the user manual, 7.0 and 7.1. */
export interface VBoxManage {
  readonly version: Version;
  /** Runs one command. Throws `vm.virtualbox-failed`, `vm.virtualbox-unknown` for a machine it does not know. */
  run(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Throws the same, and `vm.virtualbox-unclear`. */
  info(uuid: string, options?: RunOptions): Promise<MachineInfo>;
}

export interface Version {
  readonly major: number;
  readonly minor: number;
  /** As VBoxManage says it. */
  readonly text: string;
}

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Whatever is no work on a machine's memory or disk; its service may have to be started first. */
const commandTimeoutMs = 30_000;

/**
 * Finds VirtualBox in PATH. Throws `vm.setpriv-missing`, `vm.virtualbox-missing`, `vm.virtualbox-broken`,
 * `vm.virtualbox-driver`, `vm.virtualbox-old`.
 */
export async function findVBoxManage(signal?: AbortSignal): Promise<VBoxManage> {
  requireSetpriv();
  const program = findProgram('VBoxManage');
  if (program === undefined) {
    throw new XPaneError(
      'vm.virtualbox-missing',
      'VirtualBox (its program VBoxManage), which is to run the guest, is not installed.',
      'Install VirtualBox 7.0 or newer, or set "backend" to qemu.',
    );
  }
  const run = async (args: readonly string[], { timeoutMs = commandTimeoutMs, signal }: RunOptions = {}) => {
    const command = { command: program, args, env: vboxEnvironment(), timeoutMs };
    const result = await runChild({ ...command, ...(signal ? { signal } : {}) });
    if (result.code !== 0) throw commandError(args[0] ?? '', `${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  const version = parseVersion(await run(['--version'], { signal }));
  return {
    version,
    run,
    info: async (uuid, options) => parseMachineInfo(await run(showInfo(uuid), options), uuid),
  };
}

const showInfo = (uuid: string) => ['showvminfo', uuid, '--machinereadable'];

/** Before 7.0 nothing keeps a guest behind VirtualBox's NAT from the host's loopback interface. */
const oldestMajor = 7;

/** What `VBoxManage --version` prints; warnings stand before it. Pure. */
export function parseVersion(text: string): Version {
  if (/kernel module is not loaded|VERR_VM_DRIVER_NOT_INSTALLED/.test(text)) {
    throw new XPaneError(
      'vm.virtualbox-driver',
      'VirtualBox is installed, but its kernel module is not loaded.',
      'Run /sbin/vboxconfig as root, or install the package with the module for your kernel.',
    );
  }
  const last = text.trim().split('\n').at(-1)?.trim() ?? '';
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\S*r\d+$/.exec(last) ?? [];
  if (major === undefined || minor === undefined) {
    throw new XPaneError(
      'vm.virtualbox-broken',
      `VirtualBox does not tell its version: ${displayText(text, 200) || 'it says nothing'}`,
      'Install VirtualBox again, or set "backend" to qemu.',
    );
  }
  if (Number(major) < oldestMajor) {
    throw new XPaneError(
      'vm.virtualbox-old',
      `VirtualBox ${last} would let a guest reach services that only this computer may use.`,
      'Install VirtualBox 7.0 or newer, or set "backend" to qemu.',
    );
  }
  return { major: Number(major), minor: Number(minor), text: last };
}

/** VirtualBox keeps its list of machines in the user's home, and finds its service by the user's name. */
function vboxEnvironment(): NodeJS.ProcessEnv {
  const { HOME, USER, LOGNAME, XDG_CONFIG_HOME, VBOX_USER_HOME } = process.env;
  const given = Object.entries({ HOME, USER, LOGNAME, XDG_CONFIG_HOME, VBOX_USER_HOME });
  return { ...childEnvironment(), ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

/** Pure. */
function commandError(command: string, words: string): XPaneError {
  const told = /^VBoxManage: error: (?!Details:|Context:)(.+)$/m.exec(words)?.[1] ?? words;
  const message = `VirtualBox failed at "${command}": ${displayText(told, 300) || 'it says nothing'}`;
  if (words.includes('VBOX_E_OBJECT_NOT_FOUND')) {
    return new XPaneError('vm.virtualbox-unknown', message, 'Start the workspace again.');
  }
  return new XPaneError(
    'vm.virtualbox-failed',
    message,
    'Look whether VirtualBox itself can start a machine, or set "backend" to qemu.',
  );
}
