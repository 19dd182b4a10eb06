import type { DesktopWorkspace } from './desktop-application.ts';

/**
 * What each application is called on the host, by `workspace id/application id`: its own name, or with its workspace
 * where another one, of the host or of a guest, has that name; and with its folders where that is not enough. Pure.
 */
export function shownNames(
  workspaces: readonly DesktopWorkspace[],
  hostNames: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const all = workspaces.flatMap(({ id, name: workspace, applications }) =>
    applications.map((application) => ({ key: `${id}/${application.id}`, workspace, ...application })),
  );
  const forms = [
    ({ name }: (typeof all)[number]) => name,
    ({ name, workspace }: (typeof all)[number]) => `${name} (${workspace})`,
    ({ name, workspace, folder }: (typeof all)[number]) => `${name} (${[workspace, ...folder].join(', ')})`,
  ];
  const shown = new Map<string, string>();
  let left = all;
  for (const form of forms) {
    const counts = Map.groupBy(left, (each) => keyOf(form(each)));
    for (const each of left) shown.set(each.key, form(each));
    left = left.filter((each) => {
      const name = keyOf(form(each));
      return hostNames.has(name) || (counts.get(name)?.length ?? 0) > 1;
    });
  }
  return shown;
}

/** As names are compared. Pure. */
export function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
