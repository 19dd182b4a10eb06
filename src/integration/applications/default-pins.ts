import { access, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { applicationFolders } from '../browser/desktop-entry.ts';
import { configFolder, isPublishedEntry } from './file-names.ts';
import type { HostTypes } from './host-types.ts';

/**
 * Who opens a kind of files, where nobody has chosen, a desktop decides by where entries lie: one of the user's stands
 * before those of the computer (Association between MIME types and applications 1.0.1). So a guest's application would
 * become the default by being there. A **pin** names who it was without XPane, in the least important of the user's own
 * files: whatever he chooses stands before it.
 */
export type Pins = ReadonlyMap<string, string>;

/**
 * Types with whom they open by, each of them one that XPane's entries would take over. Reads what the desktop reads; a
 * service that was started outside of it does not know all that is, and leaves a pin whose program is there as it is.
 */
export async function pinsFor(
  types: Iterable<string>,
  { parents }: HostTypes,
  env: NodeJS.ProcessEnv,
  ownPins: Pins,
): Promise<Pins> {
  const exists = entryProbe(applicationFolders(env));
  const { chosen, offered } = await readChoices(env, ownPins, exists);
  const isInDesktop = Boolean(env.XDG_CURRENT_DESKTOP && env.XDG_DATA_DIRS);
  const settled = async (type: string) => {
    const id = isInDesktop ? undefined : ownPins.get(type);
    return id !== undefined && (await exists(id)) ? id : undefined;
  };
  const openerOf = (type: string, depth = 0): string | undefined => {
    const own = chosen.get(type) ?? offered.get(type);
    if (own !== undefined || depth > 8) return own;
    const above = [...(parents.get(type) ?? []), ...(/^text\/(?!plain$)/.test(type) ? ['text/plain'] : [])];
    for (const parent of above) {
      const opener = openerOf(parent, depth + 1);
      if (opener !== undefined) return opener;
    }
    return undefined;
  };
  const pins = new Map<string, string>();
  for (const type of types) {
    const opener = chosen.has(type) ? undefined : ((await settled(type)) ?? openerOf(type));
    if (opener !== undefined) pins.set(type, opener);
  }
  return pins;
}

interface Choices {
  /** By somebody, a published application included. */
  readonly chosen: ReadonlyMap<string, string>;
  /** By the first application that says it opens them. */
  readonly offered: ReadonlyMap<string, string>;
}

/** As GLib does: folder by folder, in each what was added, then what its applications say; but never what was removed. */
async function readChoices(
  env: NodeJS.ProcessEnv,
  ownPins: Pins,
  exists: (id: string) => Promise<boolean>,
): Promise<Choices> {
  const removed = new Set<string>();
  const chosen = new Map<string, string>();
  const offered = new Map<string, string>();
  const offer = async (lines: readonly Line[]) => {
    for (const { type, ids } of lines) {
      for (const id of ids) {
        if (offered.has(type) || removed.has(`${type} ${id}`) || isPublishedEntry(id)) continue;
        if (await exists(id)) offered.set(type, id);
      }
    }
  };
  const read = async (file: string) => {
    const lines = linesIn(await contentOf(file));
    for (const { type, ids } of lines.filter(({ group }) => group === 'Default Applications')) {
      const isPinned = file === pinnedFile(env) && ownPins.has(type) && ownPins.get(type) === ids[0];
      for (const id of isPinned ? ids.slice(1) : ids) {
        if (!chosen.has(type) && (await exists(id))) chosen.set(type, id);
      }
    }
    await offer(lines.filter(({ group }) => group === 'Added Associations'));
    for (const { type, ids } of lines.filter(({ group }) => group === 'Removed Associations')) {
      for (const id of ids) removed.add(`${type} ${id}`);
    }
  };
  for (const folder of choiceFolders(env)) {
    for (const name of choiceNames(env)) await read(join(folder, name));
    await offer(linesIn(await contentOf(join(folder, 'mimeinfo.cache'))));
  }
  return { chosen, offered };
}

/** The most important first. Pure. */
function choiceFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const shared = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(':').filter(isAbsolute);
  return [configFolder(env), ...shared, ...applicationFolders(env)];
}

/** Of the files in each of them, the most important first. Pure. */
function choiceNames(env: NodeJS.ProcessEnv): readonly string[] {
  const desktops = (env.XDG_CURRENT_DESKTOP ?? '').toLowerCase().split(':').filter(Boolean);
  return [...desktops.map((desktop) => `${desktop}-mimeapps.list`), 'mimeapps.list', 'defaults.list'];
}

/** Where pins stand, beside what others have there. */
export function pinnedFile(env: NodeJS.ProcessEnv): string {
  return join(applicationFolders(env)[0] ?? '', 'mimeapps.list');
}

interface Line {
  readonly group: string;
  readonly type: string;
  readonly ids: readonly string[];
}

function linesIn(content: string): readonly Line[] {
  let group = '';
  return content.split('\n').flatMap((line) => {
    const named = /^\[(.*)\]\s*$/.exec(line);
    if (named) group = named[1] ?? '';
    const at = line.indexOf('=');
    if (named || at < 0 || line.startsWith('#')) return [];
    const ids = line.slice(at + 1).split(';');
    return [{ group, type: line.slice(0, at).trim(), ids: ids.map((id) => id.trim()).filter(Boolean) }];
  });
}

/**
 * With pins in place of those that were there: the other lines stay as they are, but one that names only what is not
 * there any more, which is why there is a pin: that stands before it. Pure.
 */
export function withPins(content: string, before: Pins, pins: Pins): string {
  const kept = withoutPins(content, before);
  const taken = new Set<string>();
  let place = '';
  for (const [at, line] of kept.entries()) {
    place = /^\[(.*)\]\s*$/.exec(line)?.[1] ?? place;
    const [type = ''] = line.split('=');
    const pin = pins.get(type.trim());
    if (place !== group || pin === undefined || taken.has(type.trim()) || !line.includes('=')) continue;
    taken.add(type.trim());
    kept[at] = `${type}=${pin};${line.slice(type.length + 1)}`;
  }
  const added = [...pins].filter(([type]) => !taken.has(type)).map(([type, id]) => `${type}=${id};`);
  if (added.length === 0) return kept.every((line) => line.trim() === '') ? '' : kept.join('\n');
  let at = kept.findIndex((line) => line.trim() === `[${group}]`);
  if (at < 0) {
    while (kept.at(-1)?.trim() === '') kept.pop();
    at = kept.push(`[${group}]`) - 1;
    kept.push('');
  }
  kept.splice(at + 1, 0, ...added.toSorted());
  return kept.join('\n');
}

const group = 'Default Applications';

/** Without the group, too, if they were all that was in it. */
function withoutPins(content: string, before: Pins): string[] {
  const kept: string[] = [];
  let place = '';
  let head = -1;
  for (const line of content.split('\n')) {
    const named = /^\[(.*)\]\s*$/.exec(line)?.[1];
    place = named ?? place;
    const [type = '', ids = ''] = line.split('=');
    const pin = place === group && before.has(type) ? `${before.get(type)};` : undefined;
    if (ids === pin) continue;
    if (named === group) head = kept.length;
    kept.push(pin !== undefined && ids.startsWith(pin) ? `${type}=${ids.slice(pin.length)}` : line);
  }
  const after = kept.slice(head + 1);
  const end = after.findIndex((line) => line.startsWith('['));
  const isEmpty = after.slice(0, end < 0 ? undefined : end).every((line) => line.trim() === '');
  if (head >= 0 && isEmpty && before.size > 0) kept.splice(head, 1);
  return kept;
}

async function contentOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

/** Whether an application is installed; remembers answers. */
function entryProbe(folders: readonly string[]): (id: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const look = async (id: string): Promise<boolean> => {
    if (!/^[^/\0]+\.desktop$/.test(id)) return false;
    for (const folder of folders) {
      for (const name of new Set([id, id.replace('-', '/')])) {
        const found = await access(join(folder, name)).then(
          () => true,
          () => false,
        );
        if (found) return true;
      }
    }
    return false;
  };
  return (id) => {
    const answer = known.get(id) ?? look(id);
    known.set(id, answer);
    return answer;
  };
}
