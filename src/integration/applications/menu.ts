import type { DesktopWorkspace } from './desktop-application.ts';
import { directoryEntry } from './entry-text.ts';
import { entryName, menuName } from './file-names.ts';

/**
 * The guest's Start Menu as a part of the host's (Desktop Menu Specification 1.1): one file that desktops merge, and one
 * for the name of each folder. The menu file has ids only, no text of a guest.
 */
export interface MenuFiles {
  readonly menu: string;
  /** By file name. */
  readonly directories: ReadonlyMap<string, string>;
}

interface Folder {
  readonly name: string;
  readonly shown: string;
  readonly entries: string[];
  readonly folders: Map<string, Folder>;
}

/** Undefined where nothing is published. Pure. */
export function menuFiles(mark: string, all: readonly DesktopWorkspace[]): MenuFiles | undefined {
  const workspaces = all.filter(({ applications }) => applications.length > 0);
  if (workspaces.length === 0) return undefined;
  const top = folderOf(mark, 'XPane');
  for (const workspace of workspaces) {
    const { id } = workspace;
    // With one guest a level more would only be in the way.
    const root = workspaces.length === 1 ? top : within(top, menuName(mark, id, []), workspace.name);
    for (const application of workspace.applications) {
      const place = application.folder.reduce((parent, name, at) => {
        return within(parent, menuName(mark, id, application.folder.slice(0, at + 1)), name);
      }, root);
      place.entries.push(entryName(mark, id, application.id));
    }
  }
  const directories = new Map<string, string>();
  const menu = [
    '<!DOCTYPE Menu PUBLIC "-//freedesktop//DTD Menu 1.0//EN"',
    ' "http://www.freedesktop.org/standards/menu-spec/1.0/menu.dtd">',
    '<Menu>',
    ' <Name>Applications</Name>',
    ...linesOf(top, 1, directories),
    '</Menu>',
    '',
  ].join('\n');
  return { menu, directories };
}

function folderOf(name: string, shown: string): Folder {
  return { name, shown, entries: [], folders: new Map() };
}

function within({ folders }: Folder, name: string, shown: string): Folder {
  const found = folders.get(name) ?? folderOf(name, shown);
  folders.set(name, found);
  return found;
}

function linesOf(folder: Folder, depth: number, directories: Map<string, string>): readonly string[] {
  directories.set(`${folder.name}.directory`, directoryEntry(folder.shown));
  const indent = ' '.repeat(depth);
  const entries = folder.entries.toSorted().map((entry) => `${indent}  <Filename>${entry}</Filename>`);
  return [
    `${indent}<Menu>`,
    `${indent} <Name>${folder.name}</Name>`,
    `${indent} <Directory>${folder.name}.directory</Directory>`,
    ...(entries.length > 0 ? [`${indent} <Include>`, ...entries, `${indent} </Include>`] : []),
    ...[...folder.folders.values()].flatMap((each) => linesOf(each, depth + 1, directories)),
    `${indent}</Menu>`,
  ];
}
