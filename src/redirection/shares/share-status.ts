import { type ErrorReport, XPaneError } from '../../shared/errors.ts';
import type { LeftOut } from './host-tree.ts';

/** As the user is told. */
export interface ShareStatus {
  /** `held`: so much was deleted that somebody is asked first. */
  readonly phase: 'waiting' | 'copying' | 'same' | 'held' | 'failed';
  /** Files that are to be copied, or that wait. */
  readonly left: number;
  /** Files that are in the share. */
  readonly files: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  readonly problem?: ErrorReport | undefined;
}

/** How often each. Pure. */
export function countedWhy(reasons: Iterable<LeftOut>): ShareStatus['leftOut'] {
  const counts: Partial<Record<LeftOut, number>> = {};
  for (const why of reasons) counts[why] = (counts[why] ?? 0) + 1;
  return counts;
}

export function tooLong(): XPaneError {
  return new XPaneError(
    'share.late',
    'Files of a shared folder were not brought in time.',
    'They are still in the guest; XPane brings them when it runs again.',
  );
}

export function closed(): XPaneError {
  return new XPaneError(
    'share.ended',
    'The guest has ended.',
    'Its shared folders go on when it runs again.',
  );
}

export function driveTaken(name: string, drive: string): XPaneError {
  return new XPaneError(
    'share.drive-taken',
    `The shared folder ${name} has no drive: ${drive}: is something else in the guest.`,
    'Remove the share and add it again with another letter ("xpane share add … --drive").',
  );
}

export function manyDeleted(name: string, files: number): XPaneError {
  return new XPaneError(
    'share.many-deleted',
    `${files} files of the shared folder ${name} were deleted on one side. They are still on the other.`,
    `If that is right, say "xpane share accept ${name}". If not, put them back where they are missing.`,
  );
}
