import type { FileIdentity } from '../files/host-file.ts';

/** A file of a share on this computer. */
export interface HostEntry {
  /** Names below the share's folder, joined by slashes. */
  readonly rel: string;
  /** Absolute, links followed: where its content is. */
  readonly path: string;
  readonly identity: FileIdentity;
  readonly modifiedMs: number;
  /** The user may not write to it. */
  readonly readOnly: boolean;
}

/** A file as it was when both sides had the same of it last. */
export interface BaseEntry {
  /** In the guest, below the share's folder. */
  readonly path: readonly string[];
  /** On this computer. */
  readonly rel: string;
  /** None: this computer has something newer than the two have in common. */
  readonly identity?: FileIdentity | undefined;
  readonly stamp: string;
  /** As the guest says. */
  readonly modifiedMs: number;
  /** Stamps of what both had before, the newest last: a guest whose disk went back has such content again. */
  readonly older: readonly string[];
}

/** Stamps that are remembered. */
const maxOlder = 8;

/** Which file of the guest it is, however that spells it: Windows compares names unit by unit, without case. */
export function keyOf(path: readonly string[]): string {
  return [...path.join('/')].map(upper).join('');
}

function upper(character: string): string {
  const other = character.toUpperCase();
  return other.length === character.length ? other : character;
}

/** What both have now, after what they had. Pure. */
export function nextBase(before: BaseEntry | undefined, now: Omit<BaseEntry, 'older'>): BaseEntry {
  if (!before || before.stamp === now.stamp) return { ...now, older: before?.older ?? [] };
  const older = before.older.filter((stamp) => stamp !== now.stamp);
  return { ...now, older: [...older, before.stamp].slice(-maxOlder) };
}
