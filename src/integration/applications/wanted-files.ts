import { join } from 'node:path';
import type { DesktopWorkspace } from './desktop-application.ts';
import { applicationEntry, type EntryParts } from './entry-text.ts';
import { type DesktopFolders, entryName, iconName } from './file-names.ts';
import { type HostTypes, typePackage, typesOf } from './host-types.ts';
import { menuFiles } from './menu.ts';
import { keyOf, shownNames } from './shown-names.ts';

/** All that the desktop is to have, by absolute path: text, or what makes a picture that never changes. */
export type WantedFiles = ReadonlyMap<string, string | (() => Promise<Uint8Array | undefined>)>;

export interface Wanted {
  readonly files: WantedFiles;
  /** Types of files that entries say they open. */
  readonly types: ReadonlySet<string>;
}

/** Pure; `hostNames` are what applications of this computer are called. */
export function wantedFiles(
  workspaces: readonly DesktopWorkspace[],
  parts: EntryParts & { readonly folders: DesktopFolders },
  host: { readonly types: HostTypes; readonly names: readonly string[] },
): Wanted {
  const { mark, folders } = parts;
  const files = new Map<string, string | (() => Promise<Uint8Array | undefined>)>();
  const names = shownNames(workspaces, new Set(host.names.map(keyOf)));
  const allTypes = new Set<string>();
  const ownTypes = new Map<string, string>();
  for (const workspace of workspaces) {
    const ofGuest = new Map<string, string>();
    for (const application of workspace.applications) {
      const { types, own } = typesOf(application.extensions, host.types, ofGuest);
      for (const type of types) allTypes.add(type);
      for (const [extension, type] of own) {
        ofGuest.set(extension, type);
        ownTypes.set(extension, type);
      }
      const name = names.get(`${workspace.id}/${application.id}`) ?? application.name;
      const entry = applicationEntry(parts, workspace, application, { name, types });
      files.set(join(folders.applications, entryName(mark, workspace.id, application.id)), entry);
      const { icon } = application;
      for (const edgePx of icon?.edgesPx ?? []) {
        const file = `${edgePx}x${edgePx}/apps/${iconName(mark, icon?.id ?? '')}.png`;
        files.set(join(folders.icons, file), async () => (await icon?.images())?.get(edgePx));
      }
    }
  }
  const menu = menuFiles(mark, workspaces);
  for (const [name, text] of menu?.directories ?? []) files.set(join(folders.directories, name), text);
  if (menu) files.set(join(folders.menus, `${mark}.menu`), menu.menu);
  const types = typePackage(ownTypes);
  if (types !== undefined) files.set(join(folders.mime, 'packages', `${mark}.xml`), types);
  return { files, types: allTypes };
}
