import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import { type SetUpState, setUpStateSchema, stateSchemaVersion } from './set-up-state.ts';

/**
 * The stored state; undefined if there is none yet. Throws `guest-setup.state-newer`, `guest-setup.state-broken`,
 * or the system's error; the file stays as it is.
 */
export async function readSetUpState(file: string): Promise<SetUpState | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const content = parsed(text);
  if (schemaOf(content) > stateSchemaVersion) throw newer(file);
  const state = setUpStateSchema.safeParse(content);
  if (!state.success) throw broken(file, state.error);
  return state.data;
}

/** Stores the state: a crash leaves the old one or the new one. Write it before what it says is begun. */
export async function writeSetUpState(file: string, state: SetUpState): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(state, null, 2)}\n`);
}

/** What is no JSON at all fails the schema like any other wrong content. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function schemaOf(content: unknown): number {
  if (typeof content !== 'object' || content === null || !('schema' in content)) return 0;
  return typeof content.schema === 'number' ? content.schema : 0;
}

function newer(file: string): XPaneError {
  return new XPaneError(
    'guest-setup.state-newer',
    `The state of set-up in ${file} was written by a newer XPane.`,
    'Use that version, or remove the file to begin set-up anew.',
  );
}

function broken(file: string, cause: unknown): XPaneError {
  return new XPaneError(
    'guest-setup.state-broken',
    `The state of set-up in ${file} cannot be read.`,
    'Remove the file to begin set-up anew.',
    cause,
  );
}
