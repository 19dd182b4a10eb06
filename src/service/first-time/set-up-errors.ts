import { stoppedCode } from '../../guest-setup/first-time/postponing.ts';
import type { SetUpStage } from '../../guest-setup/first-time/stages.ts';
import { XPaneError } from '../../shared/errors.ts';

/** What the user is told while a stage goes on. */
export const stageTexts: Readonly<Record<SetUpStage, string>> = {
  prepare: 'Preparing the set-up disk',
  install: 'Installing Windows',
  agent: 'Waiting for Windows to install XPane’s agent',
  configure: 'Configuring Windows',
  'collect-logs': 'Finishing the installation',
  restart: 'Restarting Windows',
  'clean-up': 'Cleaning up',
};

export function stageLate(stage: SetUpStage): XPaneError {
  return new XPaneError(
    'setup.stage-timeout',
    `It took too long: “${stageTexts[stage]}”.`,
    lateHints[stage] ?? 'Try again; "xpane desktop" shows what the guest is doing.',
  );
}

const lateHints: Partial<Record<SetUpStage, string>> = {
  install:
    'Install it again with --set-up attended and look at the guest’s screen: Windows’ set-up says there what it waits for, a product key that fits this CD for instance. Without KVM it takes hours.',
  agent:
    'Look at the guest’s screen ("xpane desktop"): Windows may not boot ("xpane workspace set … diskBus"), may wait for somebody to log on, or may not start CDs by itself.',
};

/** The floppy with the key is wiped when it is installed, or has failed for good; a disk that was reset has none either. */
export function keyMissing(): XPaneError {
  return new XPaneError(
    'setup.needs-key',
    'To install Windows its product key is needed again: XPane does not keep it.',
    'Give it by "xpane workspace install CD.iso WORKSPACE --key-file FILE"; where Windows is on the disk already, go on with that by "xpane setup continue".',
  );
}

/** The codes are the installer's own: src/guest-agent/install/exit-codes.h. */
const endings: Readonly<Record<number, string>> = {
  20: 'the set-up disk could not be read',
  30: 'the agent could not be copied: there is no room for it, or whoever is logged on is no administrator',
  40: 'the firewall of Windows does not let the agent through',
  50: 'an older agent could not be ended',
  60: 'the new agent does not answer',
  61: 'neither the new agent nor the one before could be started',
  65: 'Windows does not take the agent among what it starts at log-on',
};

/** Done; a new computer name counts from the next start, which set-up makes anyway. */
export const goodCodes: ReadonlySet<number> = new Set([0, 3010]);

/** The agent serves; some answers could not be applied. */
export const notAllApplied = 80;

export function installerFailed(code: number): XPaneError {
  return new XPaneError(
    'setup.installer-failed',
    `XPane’s agent was not installed: ${endings[code] ?? `its installer ended with code ${code}`}.`,
    'The file install.log in the folder XPane of all users’ application data, in the guest, says more.',
  );
}

export function setUpStopped(): XPaneError {
  return new XPaneError(
    stoppedCode,
    'Setting up the guest was stopped.',
    'Begin it again by "xpane setup start", or in the tray’s menu.',
  );
}

export function setUpUnderWay(): XPaneError {
  return new XPaneError(
    'setup.under-way',
    'This guest is being set up already.',
    'Wait until that ends, or stop it ("xpane stop") and try again.',
  );
}

export function noDiskToKeep(): XPaneError {
  return new XPaneError(
    'setup.no-disk',
    'There is no disk to go on with: this guest has none yet.',
    'Begin with a fresh one by "xpane setup start".',
  );
}

export function cannotPostpone(): XPaneError {
  return new XPaneError(
    'setup.cannot-postpone',
    'Setting up this guest cannot be put off: it is under way or done, or was put off for as long as that is allowed.',
    '"xpane setup status" shows where it is.',
  );
}

export function nothingToSetUp(name: string): XPaneError {
  return new XPaneError(
    'setup.nothing-to-do',
    `There is nothing to set up in ${name}.`,
    'Only workspaces made of a disk image are set up: see "xpane setup status".',
  );
}

export function noScreenToAttend(): XPaneError {
  return new XPaneError(
    'setup.no-screen',
    'This guest is to be set up with its screen shown, and its virtual machine has none that XPane can show.',
    'Set "backend" to qemu, or import the image again with "--set-up unattended".',
  );
}

export function programsMissing(): XPaneError {
  return new XPaneError(
    'appliance.missing',
    'XPane’s agent and its installer have not been made on this computer yet.',
    'Run "npm start" once: it makes them.',
  );
}

/**
 * Whether the host did not let the guest's machine begin, for want of memory, a device, a network or a program: what
 * set-up has done lies on the disk unharmed. `code`: of an XPaneError.
 */
export function isRefusal(code: string): boolean {
  return refusals.has(code) || refusalGroups.some((group) => code.startsWith(group));
}

const refusalGroups = ['vm.host-memory-', 'vm.device-', 'vm.nat-', 'vm.bridge-', 'vm.network-', 'device.'];

const refusals: ReadonlySet<string> = new Set([
  'vm.qemu-missing',
  'vm.qemu-broken',
  'vm.setpriv-missing',
  'vm.accelerator-failed',
  'vm.sound-failed',
  'vm.no-memory',
  'vm.no-memory-file',
  'vm.no-port',
  'vm.no-forward',
  'vm.disk-full',
  'vm.disk-in-use',
  'vm.already-running',
  'vm.still-running',
  'vm.machine-left',
  'vm.not-revertible',
  'vm.virtualbox-missing',
  'vm.virtualbox-driver',
  'vm.virtualbox-broken',
  'vm.virtualbox-old',
  'vm.virtualbox-disk-bus',
]);

/** What another attempt would meet again. `code`: of an XPaneError. */
export function isFinal(code: string): boolean {
  return final.has(code) || /^guest-setup\.(cd-|not-a-cd|not-windows-cd)/.test(code);
}

const final: ReadonlySet<string> = new Set([
  ...['appliance.missing', 'vm.base-missing', 'policy.broken'],
  ...['setup.needs-key', 'vm.not-installable'],
]);
