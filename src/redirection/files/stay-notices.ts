import { basename } from 'node:path';
import { displayText } from '../../shared/text.ts';
import type { StayReason, Stays } from './companions.ts';
import { type FileNotice, listed } from './notices.ts';

const whyStays: Record<StayReason, string> = {
  'too-many': 'more than may go with one file',
  'too-large': 'more than the setting "companions" lets go with one file',
  'too-deep': 'folders too far down',
  name: 'a name that Windows cannot have there, or another file or folder has',
  rules: 'not allowed by the setting "filesToGuest"',
  program: 'programs',
  link: 'links',
  special: 'no files',
  hidden: 'hidden',
  'not-readable': 'cannot be read',
  'in-use': 'in use or just changed in the guest, where it is older',
  changing: 'being changed',
  refused: 'refused by the guest',
};

function noticeOfStays(hostPath: string, stays: Stays): FileNotice {
  const all = [...stays.values()].reduce((sum, names) => sum + names.length, 0);
  const name = displayText(basename(hostPath), 80);
  return {
    kind: 'information',
    title: `${all === 1 ? 'One entry' : `${all} entries`} of the folder of ${name} stayed here`,
    text: [...stays].map(([reason, names]) => `${listed(names)} (${whyStays[reason]})`).join('; '),
  };
}

/** Says what of a folder did not go into the guest with a file, each time that it is something else. */
export class StayNotices {
  /** By document. */
  readonly #told = new Map<string, string>();

  of(documentId: string, hostPath: string, stays: Stays): FileNotice | undefined {
    const notice = stays.size > 0 ? noticeOfStays(hostPath, stays) : undefined;
    const isNew = notice !== undefined && this.#told.get(documentId) !== notice.text;
    this.#told.set(documentId, notice?.text ?? '');
    return isNew ? notice : undefined;
  }

  forget(documentId: string): void {
    this.#told.delete(documentId);
  }
}
