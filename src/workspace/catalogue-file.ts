import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '../shared/atomic-file.ts';
import type { Log } from '../shared/log.ts';

/** An application of the guest, as kept on the host. Texts are clean: the bridge ran `displayText` on them. */
const catalogueEntry = z.strictObject({
  /** Stable over restarts, 16 hex digits. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().min(1).max(256),
  /** Start Menu folders from the top. */
  folder: z.array(z.string().min(1).max(256)).max(8),
  /** Names a file in the workspace's icon folder, see icon-file.ts. */
  iconId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** Its program, a path of the guest's. */
  target: z.string().max(1024).optional(),
  /** Of the files that it opens: plain, without the dot. */
  extensions: z
    .array(z.string().regex(/^[a-z0-9_$~#+-]{1,16}$/))
    .max(128)
    .optional(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

const catalogueFile = z.strictObject({
  version: z.literal(1),
  applications: z.array(catalogueEntry).max(2048),
});

/**
 * The applications of the guest's last run, sorted; none before the first. A file that cannot be used counts as
 * none and is logged: the guest tells everything again, and the next write replaces the file.
 */
export async function readCatalogue(file: string, log: Log): Promise<readonly CatalogueEntry[]> {
  try {
    return sortApplications(catalogueFile.parse(JSON.parse(await readFile(file, 'utf8'))).applications);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.warn(
        { file, error: String(error) },
        'the catalogue of applications is not usable, it is made anew',
      );
    }
    return [];
  }
}

/** Replaces the catalogue as a whole. Rejects with the system's error; the old one stays then. */
export async function writeCatalogue(file: string, applications: readonly CatalogueEntry[]): Promise<void> {
  const content = catalogueFile.parse({ version: 1, applications: sortApplications(applications) });
  await writeFileAtomically(file, `${JSON.stringify(content, null, 1)}\n`);
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** By folder, then name, as people sort; ids decide between equals, so that the order is always the same. */
export function sortApplications<T extends Pick<CatalogueEntry, 'id' | 'name' | 'folder'>>(
  applications: readonly T[],
): T[] {
  return [...applications].sort(
    (a, b) =>
      compareFolders(a.folder, b.folder) || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1),
  );
}

/** Level by level; a folder stands before what it contains. */
function compareFolders(a: readonly string[], b: readonly string[]): number {
  for (let level = 0; level < Math.min(a.length, b.length); level += 1) {
    const order = collator.compare(a[level] ?? '', b[level] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
