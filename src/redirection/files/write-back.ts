import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { displayText } from '../../shared/text.ts';
import type { DocumentJournal } from './document-journal.ts';
import {
  type AsideReason,
  type DocumentRecord,
  type FileRecord,
  fileAt,
  withFile,
} from './document-record.ts';
import { requireHarmless } from './harmless-content.ts';
import { type FileIdentity, identityOf, lookAt, sameContent, sameIdentity } from './host-file.ts';
import { deviceOf, isAway } from './host-folder.ts';
import { type Fetch, fetchInto, HostFailure, temporaryNameFor } from './incoming-file.ts';
import { choosePlace, place } from './place-content.ts';
import { quarantine, requireQuarantineRoom } from './quarantine.ts';
import type { Scan } from './scan.ts';

export interface WriteBackParts {
  readonly journal: DocumentJournal;
  /** Of this workspace, for what has no other place; made when it is needed. */
  readonly rescuedFolder: string;
  readonly workspaceName: string;
  readonly log: Log;
  /** Looks at what has come, in a file without a place yet: undefined, or why it is not trusted. Throws `signal.reason`. */
  readonly scan?: Scan;
  /** For what is not trusted; made when it is needed. */
  readonly quarantineFolder?: string;
}

/** What became of content of the guest. */
export interface Brought {
  readonly documentId: string;
  /** Where it lies. */
  readonly hostPath: string;
  /** `same`: it was there already. `aside`: it did not get the file's own place, nor did what is in `quarantine`. */
  readonly outcome: 'same' | 'written' | 'aside' | 'quarantine';
  readonly aside?: AsideReason;
  /** Why it is not trusted. */
  readonly why?: string;
}

/** Content that is on this computer only and has no place yet. */
export interface Waiting {
  /** Where it belongs. */
  readonly hostPath: string;
  /** Where it lies. */
  readonly temporary: string;
}

export interface Recovered {
  readonly brought: readonly Brought[];
  readonly waiting: readonly Waiting[];
}

type Incoming = NonNullable<FileRecord['incoming']>;
interface Subject {
  readonly documentId: string;
  readonly path: readonly string[];
}

/** A place may be taken by others while it is chosen; not for ever. */
const maxChoices = 50;

/**
 * Brings content of the guest to its place on this computer. Each step is in the journal before it is taken, so
 * whatever is killed at whatever moment: the file here is the old one or the new one, whole, and new content that is
 * here only is found again by `recover`. One call at a time for each document.
 */
export class WriteBack {
  readonly #parts: WriteBackParts;

  constructor(parts: WriteBackParts) {
    this.#parts = parts;
  }

  /**
   * Fetches a file of the journal. With `aside` it may not take the file's own place. Throws what `fetch` throws,
   * `files.no-room` when it cannot be kept anywhere, `files.lies`: then it is in the guest as before.
   */
  async bring(subject: Subject, fetch: Fetch, aside?: AsideReason, signal?: AbortSignal): Promise<Brought> {
    // What could not be placed earlier is on this computer only, and older than what comes now.
    await this.finish(subject).catch((error: unknown) =>
      this.#parts.log.warn({ error: String(error) }, 'content of the guest gives way to newer content'),
    );
    const { hostPath } = this.#file(subject);
    const first = await this.#fetch(subject, dirname(hostPath), fetch, signal).catch((error: unknown) => {
      if (error instanceof HostFailure) return error;
      throw error;
    });
    if (!(first instanceof HostFailure)) return await this.#place(subject, first, aside);
    this.#parts.log.warn({ error: String(first.cause) }, 'content is kept in another folder');
    const rescued = privateFolder(this.#parts.rescuedFolder);
    const second = await this.#fetch(subject, rescued, fetch, signal).catch((error: unknown) => {
      throw error instanceof HostFailure ? noRoom(hostPath, error) : error;
    });
    return await this.#place(subject, second, aside ?? (first.noRoom ? 'no-room' : undefined));
  }

  /**
   * Places what came earlier and could not be placed, if there is any. Throws `files.place-away` while the folder where
   * it lies is not there, and the system's error.
   */
  async finish(subject: Subject): Promise<Brought | undefined> {
    return this.#file(subject).incoming ? await this.#finish(subject) : undefined;
  }

  /** For a start, or an end: completes or clears away what is left half done. What cannot be placed stays, and is logged. */
  async recover(): Promise<Recovered> {
    const brought: Brought[] = [];
    const waiting: Waiting[] = [];
    for (const { documentId, files } of this.#parts.journal.all) {
      for (const { path, hostPath, incoming } of files) {
        if (!incoming) continue;
        try {
          const found = await this.#finish({ documentId, path });
          if (found) brought.push(found);
        } catch (error) {
          const { log } = this.#parts;
          const { temporary } = incoming;
          log.error({ temporary, error: String(error) }, 'content of the guest waits');
          waiting.push({ hostPath, temporary });
        }
      }
    }
    return { brought, waiting };
  }

  async #fetch(
    subject: Subject,
    folder: string,
    fetch: Fetch,
    signal: AbortSignal | undefined,
  ): Promise<Fetched> {
    const { hostPath, incoming: waiting } = this.#file(subject);
    const temporary = join(folder, temporaryNameFor(hostPath));
    const device = await deviceOf(folder);
    await this.#note(subject, { incoming: { temporary, ...device, ...olderOf(waiting) } });
    this.#step('fetch');
    try {
      const fetched = { temporary, ...(await fetchInto(temporary, fetch)) };
      await requireHarmless(temporary, hostPath);
      const why = await this.#parts.scan?.(temporary, signal);
      if (why === undefined) return fetched;
      const { quarantineFolder, rescuedFolder } = this.#parts;
      await requireQuarantineRoom(quarantineFolder ?? rescuedFolder, fetched.identity.sizeBytes);
      return { ...fetched, why };
    } catch (error) {
      await rm(temporary, { force: true });
      // What waits gives way only to content that is whole.
      await this.#note(subject, { incoming: waiting });
      throw error;
    }
  }

  /** The content is whole. */
  async #place(subject: Subject, fetched: Fetched, forced: AsideReason | undefined): Promise<Brought> {
    this.#step('place');
    const { temporary, stamp, identity, why } = fetched;
    if (why !== undefined) return await this.#quarantine(subject, fetched, why);
    const same = await this.#isThere(subject, fetched);
    if (same)
      return await this.#done(subject, { stamp, target: same.hostPath, identity: same.identity }, temporary);
    const { older, device, ready: whole } = this.#file(subject).incoming ?? {};
    const kept = { ...(device ? { device } : {}), ...(older ? { older } : {}) };
    // What was begun with older content ends with this one, or the target would stay half.
    let before = whole ?? older?.ready;
    for (let attempt = 0; attempt < maxChoices; attempt++) {
      const [record, file] = this.#both(subject);
      const choice = before?.begun
        ? { target: before.target, way: before.way, aside: before.aside }
        : await choosePlace(record, file, temporary, { ...this.#parts, aside: forced, now: new Date() });
      const { aside, ...rest } = choice;
      const begun = before?.begun ? { begun: before.begun } : {};
      const ready = { stamp, identity, ...rest, ...begun, ...(aside ? { aside } : {}) };
      await this.#note(subject, { incoming: { temporary, ready, ...kept } });
      this.#step('move');
      const begin = async () => {
        await this.#note(subject, { incoming: { temporary, ready: { ...ready, begun: true }, ...kept } });
        this.#step('overwrite');
      };
      const placed = await place({ file, temporary, ready, begin });
      this.#step('moved');
      if (placed !== 'again') return await this.#done(subject, { ...ready, identity: placed }, temporary);
      before = undefined;
    }
    throw new Error(`no place was found for ${temporary}`);
  }

  /** The file here stays as it is. */
  async #quarantine(subject: Subject, { temporary, stamp }: Fetched, why: string): Promise<Brought> {
    const [, { hostPath, incoming }] = this.#both(subject);
    const { workspaceName, rescuedFolder, quarantineFolder: folder = rescuedFolder } = this.#parts;
    const target = await quarantine(temporary, hostPath, { folder, workspaceName, now: new Date() });
    await rm(temporary, { force: true });
    const [record, { incoming: _, putOver: __, ...file }] = this.#both(subject);
    const older = incoming?.older ? { incoming: incoming.older } : {};
    await this.#parts.journal.save(withFile(record, { ...file, stamp, ...older }));
    return { documentId: subject.documentId, hostPath: target, outcome: 'quarantine', why };
  }

  /** Nothing to write: the user saved without a change, or both sides have the same. */
  async #isThere(subject: Subject, { temporary, identity }: Fetched) {
    const { hostPath, incoming } = this.#file(subject);
    if (incoming?.ready?.begun) return undefined;
    const there = await lookAt(hostPath).catch(() => 'other' as const);
    if (typeof there === 'string' || Number(there.size) !== identity.sizeBytes) return undefined;
    if (!(await sameContent(hostPath, temporary))) return undefined;
    return { hostPath, identity: identityOf(there) };
  }

  async #finish(subject: Subject): Promise<Brought | undefined> {
    const { incoming } = this.#file(subject);
    if (!incoming) return undefined;
    const { temporary, ready, device, older } = incoming;
    if (!ready) {
      await rm(temporary, { force: true });
      await this.#note(subject, { incoming: older });
      return await this.#finish(subject);
    }
    const is = async (path: string) => {
      const stats = await lookAt(path);
      return typeof stats !== 'string' && sameIdentity(identityOf(stats), ready.identity);
    };
    if (await is(ready.target)) return await this.#done(subject, ready, temporary);
    if (await is(temporary)) {
      const { stamp, identity, aside } = ready;
      return await this.#place(subject, { temporary, stamp, identity }, aside);
    }
    const folder = dirname(temporary);
    if (folder !== this.#parts.rescuedFolder && (await isAway(folder, device, ready.target))) {
      throw placeAway(temporary);
    }
    // It was moved to its place and changed there since.
    await this.#note(subject, { incoming: older });
    return await this.#finish(subject);
  }

  async #done(
    subject: Subject,
    { stamp, target, identity, aside }: Done,
    temporary: string,
  ): Promise<Brought> {
    const [record, file] = this.#both(subject);
    const { path } = file;
    // A link and a moved file are the same one: only a name that is too many is taken away.
    if (temporary !== target) await rm(temporary, { force: true });
    if (file.incoming?.older) await rm(file.incoming.older.temporary, { force: true });
    await this.#parts.journal.save(withFile(record, { path, hostPath: target, identity, stamp }));
    this.#step('done');
    const same = file.incoming?.ready === undefined;
    const outcome = aside ? 'aside' : same ? 'same' : 'written';
    return { documentId: subject.documentId, hostPath: target, outcome, ...(aside ? { aside } : {}) };
  }

  async #note(subject: Subject, change: { incoming: Incoming | undefined }): Promise<void> {
    const [record, { incoming: _, ...file }] = this.#both(subject);
    const { incoming } = change;
    await this.#parts.journal.save(withFile(record, { ...file, ...(incoming ? { incoming } : {}) }));
  }

  #both({ documentId, path }: Subject): [DocumentRecord, FileRecord] {
    const record = this.#parts.journal.get(documentId);
    const file = record && fileAt(record, path);
    if (!file) throw new Error(`no file ${documentId}/${path.join('/')} in the journal`);
    return [record, file];
  }

  #file(subject: Subject): FileRecord {
    return this.#both(subject)[1];
  }

  #step(name: string): void {
    this.#parts.log.debug({ step: name }, 'write-back');
  }
}

interface Fetched {
  readonly temporary: string;
  readonly stamp: string;
  readonly identity: FileIdentity;
  /** It is not trusted. */
  readonly why?: string;
}

interface Done {
  readonly stamp: string;
  readonly target: string;
  readonly identity: FileIdentity;
  readonly aside?: AsideReason | undefined;
}

/** What waited when newer content began to come. */
function olderOf(waiting: Incoming | undefined): Pick<Incoming, 'older'> {
  const { temporary, device, ready, older } = waiting ?? {};
  if (temporary && ready) return { older: { temporary, ...(device ? { device } : {}), ready } };
  return older ? { older } : {};
}

function placeAway(temporary: string): XPaneError {
  return new XPaneError(
    'files.place-away',
    `The newest content of a file lies in ${displayText(dirname(temporary), 200)}, which is not there now.`,
    'Connect that disk or network folder, then try again.',
  );
}

function noRoom(hostPath: string, failure: HostFailure): XPaneError {
  return new XPaneError(
    'files.no-room',
    `The new content of ${basename(hostPath)} could not be kept on this computer (${failure.code}). It is still in the guest.`,
    'Make room on the disk; XPane tries again by itself.',
    failure,
  );
}
