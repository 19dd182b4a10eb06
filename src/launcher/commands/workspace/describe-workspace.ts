import { sizeInWords } from '../../../shared/size-in-words.ts';
import type { WorkspaceDetails } from '../../api/workspace-methods.ts';
import { table } from '../../output.ts';
import { describeDevices } from './device/describe-devices.ts';

/** All of a workspace, for people. Pure. */
export function describeWorkspace(details: WorkspaceDetails): string {
  const { base, devices, slow } = details;
  const facts = [
    ['name', details.name],
    ['id', details.id],
    ['state', details.phase],
    ['guest', details.guest === 'builtin' ? 'the built-in guest' : 'an image of your own'],
    ['folder', details.folder],
    ['its own disk', sizeInWords(details.diskBytes)],
    ['memory', `${details.memoryMiB} MiB`],
    ...(slow ? [['speed', `${slow.message} ${slow.hint}`]] : []),
    ...(base ? [['image', `${base.hash.slice(0, 12)}  ${baseInWords(base)}`]] : []),
  ];
  const settings = details.settings.map(({ name, value, own, range }) => [
    name,
    String(value),
    own ? 'this workspace' : 'general',
    range,
  ]);
  const shown = table([['SETTING', 'VALUE', 'SET FOR', 'TAKES'], ...settings]);
  return [table(facts), ...(devices ? [describeDevices(devices)] : []), shown].join('\n\n');
}

function baseInWords({ sizeBytes, sharedWith }: NonNullable<WorkspaceDetails['base']>): string {
  if (sizeBytes === undefined) return 'missing: import the same image again';
  const size = sizeInWords(sizeBytes);
  return sharedWith.length === 0 ? size : `${size}, shared with ${sharedWith.join(', ')}`;
}
