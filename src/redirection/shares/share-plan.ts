import { isByTheWay } from '../files/file-rules.ts';
import type { GuestFile } from '../files/guest-port.ts';
import { sameIdentity } from '../files/host-file.ts';
import { type BaseEntry, type HostEntry, keyOf } from './share-entries.ts';

/** All by the names in the guest, see `keyOf`. */
export interface ShareSides {
  /** What both had when they were the same last. */
  readonly base: ReadonlyMap<string, BaseEntry>;
  readonly host: ReadonlyMap<string, HostEntry>;
  readonly guest: ReadonlyMap<string, GuestFile>;
  /** There may be something on this computer that is left out, or that cannot be seen: nothing is done about it. */
  readonly isUnknown: (key: string) => boolean;
  /**
   * The guest was seen to delete it. What is just missing was never told, or is gone with a disk that went back: that is
   * no wish of anybody's.
   */
  readonly deleted: ReadonlySet<string>;
  /** So was this, a moment ago: whoever did it may be about to make it again. */
  readonly leaving: ReadonlySet<string>;
  /** Stamps of content that may be half a save, as of a guest that was cut off: it replaces nothing here. */
  readonly suspect: ReadonlyMap<string, string>;
  /** Nothing of the guest's comes here. */
  readonly readOnly: boolean;
}

/** What brings one file a step nearer to being the same on both sides. */
export type ShareStep = { readonly key: string } & (
  | { readonly kind: 'put'; readonly host: HostEntry; readonly over?: GuestFile | undefined }
  /** `host`: what it replaces. */
  | { readonly kind: 'fetch'; readonly guest: GuestFile; readonly host?: HostEntry | undefined }
  /** Both have changed: the same all the same, or both are kept. */
  | { readonly kind: 'compare'; readonly guest: GuestFile; readonly host: HostEntry }
  /** In the guest: content that does not come here gives way. */
  | { readonly kind: 'set-aside'; readonly guest: GuestFile }
  | { readonly kind: 'remove'; readonly guest: GuestFile }
  | { readonly kind: 'trash'; readonly host: HostEntry; readonly path: readonly string[] }
  /** Neither has it any more. */
  | { readonly kind: 'drop' }
);

/**
 * Small files first, so that a large share can be used at once; what ends something comes last. A file of the guest
 * that is in use waits. Pure.
 */
export function planShare(sides: ShareSides): ShareStep[] {
  const keys = new Set([...sides.base.keys(), ...sides.host.keys(), ...sides.guest.keys()]);
  const unsaved = foldersOf(sides.deleted);
  const steps = [...keys].flatMap((key) => {
    if (sides.isUnknown(key)) return [];
    const step = (sides.readOnly ? readOnlyStep : bothWaysStep)(sides, key, unsaved);
    return step ? [step] : [];
  });
  return steps.sort((one, other) => Number(isEnd(one)) - Number(isEnd(other)) || sizeOf(one) - sizeOf(other));
}

/**
 * Whether so much would be deleted that somebody should be asked, of `files` that both had: a third, or all of them, as
 * when the disk of a folder is not there. Pure.
 */
export function deletesTooMuch(steps: readonly ShareStep[], files: number): boolean {
  const deleted = steps.filter(isEnd).length;
  return deleted > Math.max(20, files / 3) || (deleted >= files && files > 3);
}

function bothWaysStep(sides: ShareSides, key: string, unsaved: ReadonlySet<string>): ShareStep | undefined {
  const base = sides.base.get(key);
  const host = sides.host.get(key);
  const guest = sides.guest.get(key);
  if (!guest) return sides.leaving.has(key) ? undefined : withoutGuest(sides, key, base, host);
  if (base && guest.stamp === base.stamp) return guestUnchanged(key, base, host, guest);
  // A disk that went back has what this computer had once, too.
  if (base?.older.includes(guest.stamp)) {
    return guest.inUse
      ? undefined
      : host
        ? { key, kind: 'put', host, over: guest }
        : { key, kind: 'remove', guest };
  }
  if (!host) return wanted(guest, base, unsaved) ? { key, kind: 'fetch', guest } : undefined;
  const isWhole = sides.suspect.get(key) !== guest.stamp;
  const isNewer = isWhole && base && guest.modifiedMs >= base.modifiedMs;
  return isNewer && isUnchanged(base, host)
    ? { key, kind: 'fetch', guest, host }
    : { key, kind: 'compare', guest, host };
}

function withoutGuest(
  { deleted }: ShareSides,
  key: string,
  base: BaseEntry | undefined,
  host: HostEntry | undefined,
): ShareStep | undefined {
  if (!host) return { key, kind: 'drop' };
  if (base && deleted.has(key) && isUnchanged(base, host))
    return { key, kind: 'trash', host, path: base.path };
  return { key, kind: 'put', host };
}

function guestUnchanged(
  key: string,
  base: BaseEntry,
  host: HostEntry | undefined,
  guest: GuestFile,
): ShareStep | undefined {
  if (host && isUnchanged(base, host)) return undefined;
  // It is shown to somebody as it was.
  if (guest.inUse) return undefined;
  return host ? { key, kind: 'put', host, over: guest } : { key, kind: 'remove', guest };
}

function readOnlyStep(sides: ShareSides, key: string): ShareStep | undefined {
  const base = sides.base.get(key);
  const host = sides.host.get(key);
  const guest = sides.guest.get(key);
  if (!host && (!base || !guest)) return base ? { key, kind: 'drop' } : undefined;
  if (!guest) return host && { key, kind: 'put', host };
  const isOurs = base !== undefined && (guest.stamp === base.stamp || base.older.includes(guest.stamp));
  if (isOurs && guest.stamp === base.stamp) return guestUnchanged(key, base, host, guest);
  if (guest.inUse) return undefined;
  if (isOurs) return host ? { key, kind: 'put', host, over: guest } : { key, kind: 'remove', guest };
  // The guest's own from now on.
  return host ? { key, kind: 'set-aside', guest } : { key, kind: 'drop' };
}

function isUnchanged(base: BaseEntry, host: HostEntry): boolean {
  return base.identity !== undefined && sameIdentity(base.identity, host.identity);
}

/** What an application makes by the way is not; but where a file is gone, it may be all there is of a save. */
function wanted(guest: GuestFile, base: BaseEntry | undefined, unsaved: ReadonlySet<string>): boolean {
  return (
    base !== undefined || !isByTheWay(guest.path.at(-1) ?? '') || unsaved.has(keyOf(guest.path.slice(0, -1)))
  );
}

function foldersOf(keys: Iterable<string>): ReadonlySet<string> {
  return new Set([...keys].map((key) => key.slice(0, Math.max(0, key.lastIndexOf('/')))));
}

/** After it a side has less than before. */
export function isEnd({ kind }: ShareStep): boolean {
  return kind === 'remove' || kind === 'trash';
}

function sizeOf(step: ShareStep): number {
  switch (step.kind) {
    case 'put':
      return step.host.identity.sizeBytes;
    case 'fetch':
    case 'compare':
      return step.guest.sizeBytes;
    default:
      return 0;
  }
}
