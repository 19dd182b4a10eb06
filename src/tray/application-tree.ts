import type { Application } from '../launcher/api/state.ts';
import { menuLabel } from './menu-label.ts';
import type { MenuGroup, MenuItem, MenuSubmenu } from './menu-model.ts';

/** Entries a menu can hold and a user can still find; the rest is named by `xpane apps`. */
export const maxApplications = 300;

/** Folders below this depth are shown in their parent. */
const maxDepth = 4;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly applications: Application[];
}

/**
 * The applications in the guest's own folders: folders first, both sorted as a reader expects ("App 2" before
 * "App 10"). The Start Menu's "Programs" level says nothing and is dropped. Never empty.
 */
export function applicationFolder(
  workspaceId: string,
  applications: readonly Application[],
  limit: number,
): MenuGroup {
  const root: Folder = { folders: new Map(), applications: [] };
  for (const application of applications.slice(0, limit)) {
    folderAt(root, shownFolders(application.folder)).applications.push(application);
  }
  const key = `applications/${workspaceId}`;
  const { submenus, items } = groupOf(root, workspaceId, key);
  const left = applications.length - limit;
  const notes: MenuItem[] = [];
  if (left > 0) notes.push({ key: `${key}/more`, label: `${left} more: see "xpane apps"` });
  if (applications.length === 0) notes.push({ key: `${key}/none`, label: 'No applications yet' });
  return { submenus, items: [...items, ...notes], growing: true };
}

function shownFolders(folder: readonly string[]): readonly string[] {
  const [first] = folder;
  return (first?.toLowerCase() === 'programs' ? folder.slice(1) : folder).slice(0, maxDepth);
}

function folderAt(root: Folder, path: readonly string[]): Folder {
  let here = root;
  for (const name of path) {
    let next = here.folders.get(name);
    if (next === undefined) {
      next = { folders: new Map(), applications: [] };
      here.folders.set(name, next);
    }
    here = next;
  }
  return here;
}

function groupOf(folder: Folder, workspaceId: string, key: string): MenuGroup {
  const submenus = [...folder.folders].map(([name, child]): MenuSubmenu => {
    const childKey = `${key}/${encodeURIComponent(name)}`;
    return { key: childKey, label: menuLabel(name), groups: [groupOf(child, workspaceId, childKey)] };
  });
  const items = folder.applications.map(
    ({ id, name }): MenuItem => ({
      key: `launch/${workspaceId}/${id}`,
      label: menuLabel(name),
      action: { kind: 'launch', workspace: workspaceId, application: id },
    }),
  );
  return { submenus: submenus.sort(byLabel), items: items.sort(byLabel), growing: true };
}

const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byLabel(a: { readonly label: string }, b: { readonly label: string }): number {
  return compare(a.label, b.label);
}
