import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../shared/atomic-file.ts';
import { type ErrorReport, XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { builtInDefinition, type Definition, definitionSchema } from './definition.ts';
import { dataFolders, definitionName } from './workspace.ts';

/** A workspace that cannot be used; its folder is left as it is. */
export interface BrokenWorkspace {
  /** The name of its folder. */
  readonly id: string;
  readonly failure: ErrorReport;
}

export interface Definitions {
  /** The built-in workspace first, the others by name. */
  readonly sound: readonly Definition[];
  readonly broken: readonly BrokenWorkspace[];
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Every workspace of this user. One that cannot be understood keeps no other from being used. */
export function readDefinitions(dataFolder: string): Definitions {
  const folder = privateFolder(dataFolders(dataFolder).workspaces);
  const sound: Definition[] = [];
  const broken: BrokenWorkspace[] = [];
  for (const id of readdirSync(folder)) {
    const file = join(folder, id, definitionName);
    // A workspace that is still being made, or removed, has a name that is no id.
    if (!definitionSchema.shape.id.safeParse(id).success || !existsSync(file)) continue;
    const read = readDefinition(file, id);
    if ('failure' in read) broken.push(read);
    else sound.push(read);
  }
  const builtIn = sound.find(({ id }) => id === builtInDefinition.id) ?? builtInDefinition;
  const others = sound.filter(({ id }) => id !== builtInDefinition.id);
  others.sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  return { sound: [builtIn, ...others], broken };
}

/** Replaces the file as a whole (0600); the folder exists. Rejects with the system's error. */
export async function writeDefinition(folder: string, definition: Definition): Promise<void> {
  await writeFileAtomically(join(folder, definitionName), `${JSON.stringify(definition, null, 1)}\n`);
}

function readDefinition(file: string, id: string): Definition | BrokenWorkspace {
  let why: string;
  try {
    const parsed = definitionSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success && parsed.data.id === id) return parsed.data;
    why = parsed.success ? 'it belongs to another folder' : whereWrong(parsed.error.issues);
  } catch (cause) {
    why = cause instanceof Error ? cause.message : String(cause);
  }
  const { code, message, hint } = brokenDefinition(file, why);
  return { id, failure: { code, message, hint } };
}

function whereWrong(issues: readonly { readonly path: readonly PropertyKey[] }[]): string {
  const where = issues[0]?.path.join('.');
  return where ? `"${where}" is not as it should be` : 'it is no workspace';
}

function brokenDefinition(file: string, why: string): XPaneError {
  return new XPaneError(
    'workspace.broken',
    `The file ${file} is not valid: ${why}.`,
    'Correct it, or restore it from a backup, and restart XPane. A newer XPane may have written it. The disk is untouched.',
  );
}
