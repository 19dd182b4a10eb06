import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { XPaneError } from '../../shared/errors.ts';
import type { SelfCommand } from '../../shared/self-command.ts';
import { displayText } from '../../shared/text.ts';
import { commandOf, readEntry } from '../browser/desktop-entry.ts';
import { loanVariable } from './host-use.ts';

export interface HostApplicationPlace {
  readonly env: NodeJS.ProcessEnv;
  /** XPane, which is never given what comes from its own guests. */
  readonly self: SelfCommand;
  /** Marks what is started, see `useOfFolders`. */
  readonly mark: string;
}

const askMs = 5_000;

/** What a desktop runs, installs or mounts rather than shows; whatever their names, as administrators add kinds of their own. */
const notForOpening =
  /^(?:inode\/|application\/(?:x-executable|x-pie-executable|x-sharedlib|x-object|vnd\.microsoft\.portable-executable|x-ms-dos-executable|x-msdownload|x-msi|x-desktop|x-shellscript|x-java-archive|java-archive|x-perl|javascript|vnd\.appimage|x-iso9660-appimage|vnd\.debian\.binary-package|x-deb|x-rpm|vnd\.flatpak.*)|text\/(?:x-python.*|x-perl|x-shellscript|javascript)$)/;

/**
 * Has the user's own application for such files open this one. The kind goes by the name alone: the administrator chose by
 * extension, and content could make of a document something that a browser runs. Resolves as soon as the program runs; it
 * belongs to the user from then on. Throws `host-open.no-application`, `host-open.program`, `host-open.failed`.
 */
export async function openByApplication(path: string, place: HostApplicationPlace): Promise<void> {
  const type = await typeOf(path, place.env);
  if (type !== undefined && notForOpening.test(type)) throw notOpened(path);
  const command = type === undefined ? undefined : await commandFor(type, path, place);
  if (!command) throw noApplication(path);
  await run(command, { ...place.env, [loanVariable]: place.mark });
}

/** By the name alone. */
async function typeOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const output = await asked('gio', ['info', '-a', 'standard::fast-content-type', path], env);
  return /^\s*standard::fast-content-type:\s*(\S+)$/m.exec(output)?.[1];
}

/** Of the default application, or of another that the desktop knows for the type. */
async function commandFor(
  type: string,
  path: string,
  { env, self }: HostApplicationPlace,
): Promise<readonly string[] | undefined> {
  const [chosen] = (await asked('xdg-mime', ['query', 'default', type], env)).split(/[;\n]/);
  const known = (await asked('gio', ['mime', type], env)).matchAll(/(?:^\t|: )(\S+\.desktop)$/gm);
  for (const id of new Set([chosen ?? '', ...[...known].map(([, each]) => each ?? '')])) {
    // XPane's own entries: for guests' applications, and for links.
    if (id === '' || /^xpane\b/i.test(id)) continue;
    const entry = await readEntry(id, env);
    const command = entry === undefined ? undefined : commandOf(entry, path);
    if (command && !isXPane(command, self)) return command;
  }
  return undefined;
}

function isXPane(command: readonly string[], { command: program, args }: SelfCommand): boolean {
  const own = args.at(-1) ?? program;
  return command.some((word) => word === own || /(?:^|\/)xpane$/.test(word));
}

/** Empty where there is no such tool, or it knows nothing. */
async function asked(tool: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = { env: { ...env, LC_ALL: 'C.UTF-8' }, timeout: askMs, maxBuffer: 256 * 1024 };
  return await promisify(execFile)(tool, args, options).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

async function run([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, { env, detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(failed(program, cause)));
  });
  child.unref();
}

function noApplication(path: string): XPaneError {
  return new XPaneError(
    'host-open.no-application',
    `This computer has no application for ${nameIn(path)}.`,
    'Install one, or take its kind out of the setting "hostOpens".',
  );
}

function notOpened(path: string): XPaneError {
  return new XPaneError(
    'host-open.program',
    `${nameIn(path)} would be run, not opened, on this computer.`,
    'Take its kind out of the setting "hostOpens".',
  );
}

function failed(program: string, cause: unknown): XPaneError {
  return new XPaneError(
    'host-open.failed',
    `The application of this computer, ${program}, could not be started.`,
    'Try to start it from the menu of your desktop.',
    cause,
  );
}

function nameIn(path: string): string {
  return displayText(path.slice(path.lastIndexOf('/') + 1), 80);
}
