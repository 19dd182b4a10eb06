import { displayText } from '../../../shared/text.ts';
import type { ListedShares, ShareProgress } from '../../api/share-methods.ts';
import { table } from '../../output.ts';

const phases: Record<ShareProgress['phase'], string> = {
  waiting: 'waits',
  copying: 'copying',
  same: 'up to date',
  held: 'asks',
  failed: 'failed',
};

/** For people. Pure. */
export function describeShares({ shares }: ListedShares): string {
  if (shares.length === 0) return 'It has no shared folders.';
  const rows = shares.map(({ name, folder, drive, readOnly, documents, progress }) => [
    displayText(name, 64),
    [drive ? `${drive}:` : '', documents ? 'My Documents' : ''].filter(Boolean).join(', '),
    readOnly ? 'read-only' : 'read-write',
    progress ? stateOf(progress) : '',
    displayText(folder, 4096),
  ]);
  const problems = shares.flatMap(({ progress }) => {
    if (!progress) return [];
    const { problem, name } = progress;
    const left = Object.entries(progress.leftOut).map(([why, count]) => `${count} ${why}`);
    return [
      ...(left.length > 0 ? [`${displayText(name, 64)}: not in it are: ${left.join(', ')}.`] : []),
      ...(problem ? [`${displayText(name, 64)}: ${problem.message} ${problem.hint}`] : []),
    ];
  });
  return [table([['NAME', 'IN THE GUEST', 'ACCESS', 'STATE', 'FOLDER'], ...rows]), ...problems].join('\n');
}

function stateOf({ phase, left, files }: ShareProgress): string {
  return left > 0 ? `${phases[phase]}, ${left} left` : `${phases[phase]}, ${files} files`;
}
