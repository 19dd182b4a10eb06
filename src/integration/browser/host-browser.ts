import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { XPaneError } from '../../shared/errors.ts';
import { commandOf, readEntry } from './desktop-entry.ts';
import { guardFor, guardVariable, isLoop } from './loop-guard.ts';

/** XPane's own entry: never asked to open what XPane was asked to open. */
export const urlHandlerId = 'xpane-url.desktop';

/** Who opened links before XPane did, by scheme: the content of the file that `xpane integrate url on` leaves. */
export type RememberedBrowsers = Readonly<Record<string, string>>;

const askMs = 5_000;

/**
 * Opens a link by the program of the user's that is not XPane: the one that was the default before XPane was, or is it
 * now. Resolves as soon as that runs; it belongs to the user from then on. Throws `url.loop`, `browser.missing`,
 * `browser.failed`.
 */
export async function openInHostBrowser(
  url: string,
  { env, remembered }: { readonly env: NodeJS.ProcessEnv; readonly remembered: string },
): Promise<void> {
  // Since the computer's start, the same for all processes: what is left in an environment is held against it.
  const nowMs = Number(process.hrtime.bigint() / 1_000_000n);
  if (isLoop(env, url, nowMs)) throw loop();
  const command = await browserCommand(url, env, await rememberedIn(remembered));
  if (!command) throw noBrowser(url);
  await run(command, { ...env, [guardVariable]: guardFor(env, url, nowMs) });
}

export function rememberedBrowsersFile(configFolder: string): string {
  return join(configFolder, 'browsers-before.json');
}

/** Empty without a file, or with one that is none of ours. */
export async function rememberedIn(file: string): Promise<RememberedBrowsers> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const entries = typeof content === 'object' && content !== null ? Object.entries(content) : [];
    return Object.fromEntries(entries.filter(([, id]) => typeof id === 'string'));
  } catch {
    return {};
  }
}

/** The default program for a scheme, by the id of its entry; undefined where the desktop has none. Rejects with `browser.unknown-default`. */
export async function defaultHandler(scheme: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const asked = promisify(execFile)('xdg-mime', ['query', 'default', `x-scheme-handler/${scheme}`], {
    env,
    timeout: askMs,
    maxBuffer: 64 * 1024,
  });
  const { stdout } = await asked.catch((cause: unknown) => {
    throw unknownDefault(cause);
  });
  const [id] = stdout.split(/[;\n]/);
  return id || undefined;
}

async function browserCommand(
  url: string,
  env: NodeJS.ProcessEnv,
  remembered: RememberedBrowsers,
): Promise<readonly string[] | undefined> {
  const scheme = new URL(url).protocol.slice(0, -1);
  // No desktop has a program for ftp of its own; file managers and browsers that know it say so.
  const ids = [
    remembered[scheme],
    // Who is remembered opens it also where the desktop does not answer.
    await defaultHandler(scheme, env).catch(() => undefined),
    scheme === 'ftp' ? remembered.http : undefined,
  ];
  for (const id of ids) {
    if (id === undefined || id === urlHandlerId) continue;
    const entry = await readEntry(id, env);
    const command = entry === undefined ? undefined : commandOf(entry, url);
    if (command) return command;
  }
  return undefined;
}

async function run([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, { env, detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(failed(program, cause)));
  });
  child.unref();
}

function loop(): XPaneError {
  return new XPaneError(
    'url.loop',
    'The browser of this computer gave the link back to XPane, so it is not opened again.',
    'Choose a browser as the default one, then "xpane integrate url on" again.',
  );
}

function noBrowser(url: string): XPaneError {
  return new XPaneError(
    'browser.missing',
    `This computer has no program to open ${url.startsWith('mailto:') ? 'mail' : 'web'} links but XPane.`,
    'Install a browser, make it the default one, then "xpane integrate url on" again.',
  );
}

function unknownDefault(cause: unknown): XPaneError {
  return new XPaneError(
    'browser.unknown-default',
    'This desktop does not say which program opens links.',
    'Install xdg-utils, and try again. Until then all stays as it is.',
    cause,
  );
}

function failed(program: string, cause: unknown): XPaneError {
  return new XPaneError(
    'browser.failed',
    `The browser of this computer, ${program}, could not be started.`,
    'Try to start it from the menu of your desktop.',
    cause,
  );
}
