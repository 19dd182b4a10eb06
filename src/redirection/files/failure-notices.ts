import { reportOf } from '../../shared/errors.ts';
import type { NotBrought } from './document-sync.ts';
import { guestKey } from './guest-port.ts';
import { type FileNotice, noticeOfFailures } from './notices.ts';

/** So often the user is told of one reason for one document: a guest can go on making files. */
const mostOfOneReason = 5;
const mostFiles = 1000;

/** Says of each file once for each reason why it stays in the guest. */
export class FailureNotices {
  /** By file and code. */
  readonly #files = new Set<string>();
  /** How often, by document and code. */
  readonly #reasons = new Map<string, number>();

  /** What is new to the user: one notice for each reason. */
  of(documentId: string, failed: readonly NotBrought[]): FileNotice[] {
    const notices: FileNotice[] = [];
    for (const [code, all] of byCode(failed)) {
      const reason = `${documentId}/${code}`;
      const told = this.#reasons.get(reason) ?? 0;
      const [first, ...more] = all.filter(({ file }) => !this.#files.has(`${guestKey(file)}/${code}`));
      if (!first || told >= mostOfOneReason) continue;
      this.#reasons.set(reason, told + 1);
      for (const { file } of [first, ...more].slice(0, mostFiles - this.#files.size)) {
        this.#files.add(`${guestKey(file)}/${code}`);
      }
      notices.push(noticeOfFailures([first, ...more]));
    }
    return notices;
  }
}

function byCode(failed: readonly NotBrought[]): Map<string, NotBrought[]> {
  const groups = new Map<string, NotBrought[]>();
  for (const each of failed) {
    const { code } = reportOf(each.error);
    const group = groups.get(code);
    if (group) group.push(each);
    else groups.set(code, [each]);
  }
  return groups;
}
