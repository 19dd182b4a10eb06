import { basename } from 'node:path';
import { eachAtOnce } from '../../shared/at-once.ts';
import { pause } from '../../shared/deadline.ts';
import { reportOf } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import {
  type Companion,
  type FolderContent,
  folderContent,
  type StayReason,
  type Stays,
  stay,
} from './companions.ts';
import { acceptFile, factsOf, maxReads, type OpeningParts, quietMs } from './document-opening.ts';
import {
  type DocumentRecord,
  type FileRecord,
  fileAt,
  mainFile,
  maxFiles,
  samePath,
  withFile,
} from './document-record.ts';
import { type GuestFile, guestKey } from './guest-port.ts';
import { contentOf, type HostFile, sameIdentity } from './host-file.ts';
import { type Following, totalled } from './transfer-list.ts';

/** So many files of a document are left for what applications make beside it. */
const roomForNew = 56;
/** Files on their way at once; the channel takes eight, for all documents. */
const atOnce = 4;
/** After so many the journal knows that they are there: it is written as a whole. */
const notedAtOnce = 32;

/** A companion that goes, over what the guest has of it by now; `known`: the journal's word of that. */
interface Going extends Companion {
  readonly over: GuestFile | undefined;
  readonly known: FileRecord | undefined;
}

/**
 * Sees to it that the guest has, beside a document's own file, what lies in that file's folder as it is here; what is
 * there already does not go again, and what is newer there stays. Resolves to what stays here. To be called
 * after `bringIntoGuest`, in the same turn. What a kill or a cancel leaves is whole files, and the next call goes on.
 * Throws `files.cancelled`, `bridge.*`, `signal.reason`.
 */
export async function bringCompanions(
  parts: OpeningParts,
  documentId: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Stays> {
  const { journal, sync, files, rules, transfers } = parts;
  const before = recordOf(parts, documentId);
  for (const { path, incoming } of before.files) {
    // What still has no place stays newer than anything here; it is told with what stays.
    if (incoming) await sync.finish(documentId, path).catch(() => undefined);
  }
  const record = recordOf(parts, documentId);
  const limits = { maxBytes, maxFiles: maxFiles - roomForNew - 1 };
  const content = await folderContent(
    { hostPath: record.hostPath, path: mainFile(record).path },
    rules(),
    limits,
    signal,
  );
  const going = goingOf(parts, record, content);
  await journal.save(withFolders(record, content));
  if (going.length === 0) return content.stays;
  if (!files.heedsExpected && going.some(({ over }) => over)) await pause(quietMs, signal);
  const sizeBytes = going.reduce((sum, { file }) => sum + file.identity.sizeBytes, 0);
  const name = displayText(`the folder of ${basename(record.hostPath)}`, 80);
  const transfer = { name, direction: 'to-guest', sizeBytes } as const;
  await transfers.follow(transfer, signal, async ({ onProgress, signal: either }) => {
    const progress = totalled(onProgress);
    for (let done = 0; done < going.length; done += notedAtOnce) {
      const some = going.slice(done, done + notedAtOnce);
      await putSome(parts, { documentId, going: some, stays: content.stays, progress }, either);
    }
  });
  return content.stays;
}

/** What is not there as it is here; what is in use there, or could not come from there, stays as it is. */
function goingOf(
  { files }: OpeningParts,
  record: DocumentRecord,
  { companions, stays }: FolderContent,
): Going[] {
  const { documentId } = record;
  const going: Going[] = [];
  let room = maxFiles - roomForNew - record.files.length;
  for (const companion of companions) {
    const path = pathInGuest(record, companion, companions);
    const known = fileAt(record, path);
    const over = files.files.get(guestKey({ documentId, path }));
    const shown = companion.path.join('/');
    if (known && isAsHere(known, companion.file, over)) continue;
    // What did not come with the document, for whatever reason, or was saved since.
    const isOnlyThere = over !== undefined && over.stamp !== known?.stamp;
    const reason = whyNot({ known, over, isOnlyThere, room });
    if (reason) stay(stays, reason, shown);
    else {
      if (!known) room -= 1;
      going.push({ file: companion.file, path, over, known });
    }
  }
  return going;
}

function whyNot(at: {
  readonly known: FileRecord | undefined;
  readonly over: GuestFile | undefined;
  readonly isOnlyThere: boolean;
  readonly room: number;
}): StayReason | undefined {
  if (at.over?.inUse || at.isOnlyThere || at.known?.incoming) return 'in-use';
  return at.known || at.room > 0 ? undefined : 'too-many';
}

function isAsHere(known: FileRecord, file: HostFile, there: GuestFile | undefined): boolean {
  const { hostPath, identity, stamp } = known;
  if (hostPath !== file.path || !identity || !sameIdentity(identity, file.identity)) return false;
  return stamp !== undefined && there?.stamp === stamp;
}

/** What came from the guest under another name is there under its own. */
function pathInGuest(
  { files }: DocumentRecord,
  { file, path }: Companion,
  companions: readonly Companion[],
): readonly string[] {
  const cameFrom = files.find(({ hostPath }) => hostPath === file.path)?.path;
  if (!cameFrom || companions.some((other) => samePath(other.path, cameFrom))) return path;
  return cameFrom;
}

function withFolders(record: DocumentRecord, { folders }: FolderContent): DocumentRecord {
  const known = (record.folders ?? []).filter(
    (each) => !folders.some(({ path }) => samePath(path, each.path)),
  );
  return { ...record, folders: [...folders, ...known].slice(0, maxFiles) };
}

/**
 * Before they go. What is new to the guest has no identity until it is there: what a program makes under that name
 * meanwhile replaces nothing here.
 */
function noted(record: DocumentRecord, going: readonly Going[]): DocumentRecord {
  return going.reduce((noting, { file: { path: hostPath, identity }, path: names, over }) => {
    const path = [...names];
    return withFile(noting, over ? { path, hostPath, identity, putOver: over.stamp } : { path, hostPath });
  }, record);
}

interface Some {
  readonly documentId: string;
  readonly going: readonly Going[];
  readonly stays: Stays;
  /** For each of them one. */
  readonly progress: () => (bytes: number) => void;
}

/** What became of a companion: it is there, or stays here for that reason. */
type Outcome = { readonly stamp: string; readonly file: HostFile } | StayReason;

/** Throws what ends it all; the journal knows then what is there. */
async function putSome(
  parts: OpeningParts,
  { documentId, going, stays, progress }: Some,
  signal: AbortSignal,
): Promise<void> {
  await parts.journal.save(noted(recordOf(parts, documentId), going));
  const outcomes = new Map<Going, Outcome | 'not-begun'>();
  const notBegun = new Set(going);
  try {
    await eachAtOnce(going, atOnce, signal, async (each, either) => {
      notBegun.delete(each);
      outcomes.set(each, await putOne(parts, documentId, each, { signal: either, onProgress: progress() }));
    });
  } finally {
    for (const each of notBegun) outcomes.set(each, 'not-begun');
    await parts.journal.save(withOutcomes(recordOf(parts, documentId), outcomes));
    for (const [{ path }, outcome] of outcomes) {
      if (typeof outcome === 'string' && outcome !== 'not-begun') stay(stays, outcome, path.join('/'));
    }
  }
}

/** What was not seen to end stays as it was noted. */
function withOutcomes(
  record: DocumentRecord,
  outcomes: ReadonlyMap<Going, Outcome | 'not-begun'>,
): DocumentRecord {
  const files = record.files.flatMap((entry) => {
    const [going, outcome] = [...outcomes].find(([{ path }]) => samePath(path, entry.path)) ?? [];
    if (!going || outcome === undefined) return [entry];
    // The guest has what it had: nothing, or what came here before.
    if (typeof outcome === 'string') return going.known ? [going.known] : [];
    const { stamp, file } = outcome;
    return [{ path: entry.path, hostPath: file.path, identity: file.identity, stamp }];
  });
  return { ...record, files };
}

const stayBy: Readonly<Record<string, StayReason>> = {
  'bridge.file-in-use': 'in-use',
  'bridge.file-unexpected': 'in-use',
  'bridge.file-refused': 'refused',
  'files.changed': 'changing',
  'files.not-found': 'changing',
  'files.not-a-file': 'changing',
  'files.not-readable': 'not-readable',
};

async function putOne(
  { files, rules }: OpeningParts,
  documentId: string,
  { file: first, path, over }: Going,
  following: Following,
): Promise<Outcome> {
  const expect = over ? { stamp: over.stamp } : 'absent';
  let file = first;
  for (let reads = 1; ; reads++) {
    // Not every agent heeds what is expected, and others took their time before this one.
    const there = files.files.get(guestKey({ documentId, path }));
    if (there && (there.inUse || there.stamp !== over?.stamp)) return 'in-use';
    try {
      const described = { documentId, path, ...factsOf(file), expect } as const;
      const { stamp } = await files.put(described, contentOf(file), following);
      return { stamp, file };
    } catch (error) {
      const { code } = reportOf(error);
      const reason = stayBy[code];
      if (reason === undefined) throw error;
      const changes = code === 'files.changed' && reads < maxReads;
      const again = changes ? await acceptFile(file.path, rules()).catch(() => undefined) : undefined;
      if (again?.path !== file.path) return reason;
      file = again;
    }
  }
}

function recordOf({ journal }: OpeningParts, documentId: string): DocumentRecord {
  const record = journal.get(documentId);
  if (!record) throw new Error(`the journal has lost ${documentId}`);
  return record;
}
