import { basename, dirname } from 'node:path';
import { type ErrorReport, reportOf } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { AsideReason } from './document-record.ts';
import type { NotBrought } from './document-sync.ts';
import type { Brought, Waiting } from './write-back.ts';

/** What the user is told of a file that did not go the usual way. */
export interface FileNotice {
  /** Absent: something to look at. */
  readonly kind?: 'information' | 'warning';
  readonly title: string;
  readonly text: string;
  /** It asks whether files of this kind take their folder with them; `file` is the one that was opened alone. */
  readonly folderQuestion?: { readonly kind: string; readonly file: string };
}

const why: Record<AsideReason, string> = {
  changed: 'It was changed here, too, while it was open in the guest.',
  taken: 'Another file here has that name.',
  'read-only': 'The file here may not be written.',
  'no-folder': 'Its folder here is missing, or takes no new files.',
  'no-room': 'The disk of its folder here is full.',
  program: 'It could act as a program, and the file here may be run.',
  'cut-off': 'The guest was cut off just when or after it was saved: look whether it is whole.',
  'in-folder': 'It was saved in a folder beside the file that was opened.',
};

/** Undefined for what is where it belongs. Pure. */
export function noticeOfBrought({ hostPath, aside, why: distrust }: Brought): FileNotice | undefined {
  const name = displayText(basename(hostPath), 200);
  const folder = displayText(dirname(hostPath), 400);
  if (distrust !== undefined) {
    const text = `${distrust} What the guest saved is ${name} in ${folder}; the file here is as it was.`;
    return { title: 'A file from the guest is in quarantine', text };
  }
  if (!aside) return undefined;
  return {
    title: 'A file from the guest was kept beside',
    text: `${why[aside]} What the guest saved is ${name} in ${folder}.`,
  };
}

/** Of what got its place only now, as XPane or the guest ended before; undefined for nothing. Pure. */
export function noticeOfLate(late: readonly Brought[]): FileNotice | undefined {
  const paths = late.filter(({ outcome }) => outcome === 'written').map(({ hostPath }) => hostPath);
  const [first] = paths;
  if (first === undefined) return undefined;
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const text = `${listed(paths.map((path) => basename(path)))} in ${listed(folders)}: what the guest saved before it or XPane ended is there now.`;
  return {
    title: `${paths.length === 1 ? 'A file' : `${paths.length} files`} came late from the guest`,
    text,
  };
}

/** Of what has no place yet; undefined for nothing. Pure. */
export function noticeOfWaiting(waiting: readonly Waiting[]): FileNotice | undefined {
  if (waiting.length === 0) return undefined;
  const folders = [...new Set(waiting.map(({ temporary }) => dirname(temporary)))];
  const names = listed(waiting.map(({ hostPath }) => basename(hostPath)));
  return {
    title: 'A file from the guest has no place yet',
    text: `New content of ${names} lies in ${listed(folders)}, which is not there or takes no files.\nWhat to do: See to that folder, then open the file again.`,
  };
}

/** Of files that stay in the guest for the same reason; there is one at least. Pure. */
export function noticeOfFailures(failed: readonly [NotBrought, ...NotBrought[]]): FileNotice {
  const [{ error }, second] = failed;
  const { message, hint }: ErrorReport = reportOf(error);
  const names = listed(failed.map(({ file }) => file.path.at(-1) ?? ''));
  const why = `${message}\nWhat to do: ${hint}`;
  if (!second) return { title: `${names} stays in the guest`, text: why };
  return { title: `${failed.length} files stay in the guest`, text: `${names}.\n${why}` };
}

/** "a, b, c and 5 more". Pure. */
export function listed(untrustedNames: readonly string[]): string {
  const shown = untrustedNames.slice(0, 3).map((name) => displayText(name, 200));
  const more = untrustedNames.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
