import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { Log } from '../../shared/log.ts';
import type { SelfCommand } from '../../shared/self-command.ts';
import { forgetApplications } from '../browser/default-lines.ts';
import { type Pins, pinnedFile, pinsFor, withPins } from './default-pins.ts';
import type { DesktopWorkspace } from './desktop-application.ts';
import { refreshCaches } from './desktop-caches.ts';
import { type DesktopFolders, desktopFolders, isPublishedEntry, nameMark } from './file-names.ts';
import { readHostNames } from './host-names.ts';
import { readHostTypes } from './host-types.ts';
import { placedFiles, placeFiles, removeFiles } from './placed-files.ts';
import { wantedFiles } from './wanted-files.ts';

/** This user's desktop, and the XPane that is to be a part of it. */
export interface DesktopPlace {
  readonly self: SelfCommand;
  readonly env: NodeJS.ProcessEnv;
  /** XPanePaths.data. */
  readonly home: string;
}

/**
 * Makes the desktop's files those of `workspaces`: writes what is missing or different, removes what is left, and has
 * the desktop look anew. Whatever is killed at whatever moment, each file is whole, and the next call makes the rest
 * right. One call at a time. Rejects with the system's error, or `signal.reason`.
 */
export async function publishApplications(
  place: DesktopPlace,
  workspaces: readonly DesktopWorkspace[],
  log: Log,
  signal?: AbortSignal,
): Promise<void> {
  const { self, env, home } = place;
  const mark = nameMark(home);
  const folders = desktopFolders(env);
  const before = await placedFiles(mark, folders);
  const known = await recordedPins(home);
  if (workspaces.length === 0 && before.length === 0 && known.size === 0) return;
  const types = await readHostTypes(env);
  const host = { types, names: workspaces.length > 0 ? await readHostNames(env) : [] };
  const wanted = wantedFiles(workspaces, { self, env, mark, folders }, host);
  const pins = await pinsFor(wanted.types, types, env, known);
  // Before there is anybody to keep from becoming the default; after there is none any more.
  if (wanted.files.size > 0) await writePins(place, folders, known, pins);
  const left = before.filter((path) => !wanted.files.has(path));
  const written = await placeFiles(wanted.files, folders, signal);
  await removeFiles(left, folders);
  if (wanted.files.size === 0) await writePins(place, folders, known, new Map());
  await refreshCaches([...written, ...left], folders, { env, log, ...(signal ? { signal } : {}) });
}

/** Nothing of XPane's published applications stays in the desktop, not even what the user chose them for. */
export async function withdrawApplications(
  place: DesktopPlace,
  log: Log,
  signal?: AbortSignal,
): Promise<void> {
  await publishApplications(place, [], log, signal);
  const mark = `${nameMark(place.home)}.`;
  const isOurs = (id: string) => isPublishedEntry(id) && id.startsWith(mark);
  await forgetApplications(isOurs, place.env);
}

function recordFile(home: string): string {
  return join(home, 'desktop-defaults.json');
}

async function recordedPins(home: string): Promise<Pins> {
  try {
    const content: unknown = JSON.parse(await readFile(recordFile(home), 'utf8'));
    const entries = typeof content === 'object' && content !== null ? Object.entries(content) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // None, or one that is none of ours: what it named stays with the user, and does what it said.
    return new Map();
  }
}

/** The record is at any moment of all that may be in the file. */
async function writePins(
  { env, home }: DesktopPlace,
  { applications }: DesktopFolders,
  before: Pins,
  pins: Pins,
): Promise<void> {
  const file = pinnedFile(env);
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const next = withPins(content, before, pins);
  if (next !== content) {
    await mkdir(applications, { recursive: true });
    await record(home, new Map([...before, ...pins]));
    // Who keeps such files elsewhere has a link here, which stays.
    const target = await realpath(file).catch(() => file);
    if (next === '') await rm(target, { force: true });
    else await writeFileAtomically(target, next);
  }
  await record(home, pins);
}

async function record(home: string, pins: Pins): Promise<void> {
  const file = recordFile(home);
  if (pins.size === 0) return await rm(file, { force: true });
  const text = `${JSON.stringify(Object.fromEntries(pins), null, 1)}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomically(file, text);
}
