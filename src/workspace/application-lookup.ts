import { XPaneError } from '../shared/errors.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly folder: readonly string[];
}

export type ApplicationLookup<T extends Named> =
  | { readonly kind: 'found'; readonly application: T }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly T[] }
  /** `similar`: names a user may have meant, the likeliest first. */
  | { readonly kind: 'unknown'; readonly similar: readonly string[] };

/**
 * Finds an application by its id, or by its name in any case. A name may be preceded by its folders, as in
 * `Accessories/Notepad`, which tells namesakes apart. Pure.
 */
export function findApplication<T extends Named>(
  applications: readonly T[],
  wanted: string,
): ApplicationLookup<T> {
  const byId = applications.find(({ id }) => id === wanted);
  if (byId) return { kind: 'found', application: byId };
  const key = keyOf(wanted);
  const candidates = applications.filter(
    (application) => keyOf(application.name) === key || keyOf(pathOf(application)) === key,
  );
  const [application] = candidates;
  if (application === undefined) return { kind: 'unknown', similar: similarNames(applications, key) };
  return candidates.length === 1 ? { kind: 'found', application } : { kind: 'ambiguous', candidates };
}

/** The error for what {@link findApplication} did not find: `application.unknown`, `application.ambiguous`. */
export function notFound<T extends Named>(
  lookup: Exclude<ApplicationLookup<T>, { kind: 'found' }>,
  wanted: string,
): XPaneError {
  if (lookup.kind === 'ambiguous') {
    const list = lookup.candidates.map((each) => `${pathOf(each)} (${each.id})`).join(', ');
    return new XPaneError(
      'application.ambiguous',
      `More than one application is called "${wanted}".`,
      `Name one by its folder or its id: ${list}.`,
    );
  }
  const similar = lookup.similar.map((name) => `"${name}"`).join(' or ');
  return new XPaneError(
    'application.unknown',
    `There is no application "${wanted}" in the guest.`,
    similar ? `Did you mean ${similar}?` : 'See "xpane apps" for those there are.',
  );
}

function pathOf({ folder, name }: Named): string {
  return [...folder, name].join('/');
}

function keyOf(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

const mostSimilar = 3;

/** Names with few changes to what was typed, and names that contain it. */
function similarNames(applications: readonly Named[], key: string): string[] {
  const scored = applications.map(({ name }) => {
    const candidate = keyOf(name);
    const contains = key.length >= 3 && candidate.includes(key);
    return { name, changes: contains ? 1 : editDistance(candidate.slice(0, 64), key.slice(0, 64)) };
  });
  const close = scored.filter(({ changes }) => changes <= Math.max(1, Math.floor(key.length / 3)));
  close.sort((a, b) => a.changes - b.changes || a.name.localeCompare(b.name));
  return [...new Set(close.map(({ name }) => name))].slice(0, mostSimilar);
}

/** Levenshtein: insertions, deletions and replacements from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
