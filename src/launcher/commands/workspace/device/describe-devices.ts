import { displayText } from '../../../../shared/text.ts';
import type { WorkspaceDetails } from '../../../api/workspace-methods.ts';
import { table } from '../../../output.ts';

/** For people. Pure. */
export function describeDevices(devices: NonNullable<WorkspaceDetails['devices']>): string {
  if (devices.length === 0) return 'It has no devices beside its machine.';
  const rows = devices.map(({ kind, name, host }) => [
    kind,
    displayText(name, 4096),
    displayText(host, 4096),
  ]);
  return table([['DEVICE', 'NAME', 'ON THIS COMPUTER'], ...rows]);
}
