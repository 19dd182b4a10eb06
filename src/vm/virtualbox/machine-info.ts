import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/**
 * What a machine is doing. `off`: it has ended, in order or not. `saved`: its state lies on the disk. `stuck`: it will
 * never do anything again. `live`: anything else, also on its way from one to another.
 */
export type MachinePhase = 'off' | 'saved' | 'stuck' | 'live';

export interface MachineInfo {
  readonly phase: MachinePhase;
  /** VirtualBox's word. */
  readonly state: string;
}

/** All that `showvminfo --machinereadable` can say: machineStateToName in VBoxManageInfo.cpp. */
const phases: ReadonlyMap<string, MachinePhase> = new Map([
  ...(['poweroff', 'aborted', 'teleported'] as const).map((state) => [state, 'off'] as const),
  ...(['saved', 'aborted-saved'] as const).map((state) => [state, 'saved'] as const),
  ['gurumeditation', 'stuck'],
  ...(
    [
      ...['running', 'paused', 'starting', 'stopping', 'saving', 'restoring', 'settingup'],
      ...['teleporting', 'teleportingpausedvm', 'teleportingin', 'livesnapshotting', 'onlinesnapshotting'],
      ...['snapshotting', 'restoringsnapshot', 'deletingsnapshot', 'deletingsnapshotlive'],
      'deletingsnapshotlivepaused',
    ] as const
  ).map((state) => [state, 'live'] as const),
]);

/**
 * Reads the output of `showvminfo <uuid> --machinereadable`: lines of `key="value"`, of which each that counts has to be
 * there once. Throws `vm.virtualbox-unclear`. Pure.
 */
export function parseMachineInfo(text: string, uuid: string): MachineInfo {
  if (only(text, 'UUID').toLowerCase() !== uuid.toLowerCase()) throw unclear('another machine');
  const state = only(text, 'VMState');
  const phase = phases.get(state);
  if (phase === undefined) throw unclear(`the state "${displayText(state, 40)}"`);
  return { phase, state };
}

function only(text: string, key: string): string {
  const values = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => /^"([^"]*)"$/.exec(line.slice(key.length + 1))?.[1]);
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw unclear(`${values.length} times ${key}`);
  return value;
}

function unclear(what: string): XPaneError {
  return new XPaneError(
    'vm.virtualbox-unclear',
    `VirtualBox tells of its machine what XPane does not understand: ${what}.`,
    'XPane knows VirtualBox 7.0 and 7.1; set "backend" to qemu.',
  );
}
