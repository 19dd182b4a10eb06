import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { SelfCommand } from '../../shared/self-command.ts';
import { execLine, isOfThisHome } from '../exec-line.ts';
import { forgetDefault } from './default-lines.ts';
import { applicationFolders, readEntry } from './desktop-entry.ts';
import { defaultHandler, rememberedIn, urlHandlerId } from './host-browser.ts';

/** XPane as the program that this user's desktop gives links to. */

export const handledSchemes = ['http', 'https', 'mailto'] as const;

const commandMs = 10_000;

export interface UrlHandlerPlace {
  readonly self: SelfCommand;
  readonly env: NodeJS.ProcessEnv;
  /** Keeps who it was before; see `rememberedBrowsersFile`. */
  readonly remembered: string;
}

export interface UrlHandlerState {
  /** `partly`: another program has taken some of the kinds of links, or all. */
  readonly state: 'on' | 'partly' | 'off';
  readonly file: string;
  /** They go to an XPane with another home than this one. */
  readonly isOther: boolean;
  /** Who opens links on the host: by scheme, the id of its entry. */
  readonly browsers: Readonly<Record<string, string>>;
}

export async function urlHandlerState({ env, remembered }: UrlHandlerPlace): Promise<UrlHandlerState> {
  const file = entryFile(env);
  const browsers = await rememberedIn(remembered);
  const entry = await readFile(file, 'utf8').catch(() => undefined);
  if (entry === undefined) return { state: 'off', file, isOther: false, browsers };
  const isOther = !isOfThisHome(entry, env);
  const asked = handledSchemes.map((scheme) => defaultHandler(scheme, env).catch(() => undefined));
  const handlers = await Promise.all(asked);
  const all = handlers.every((id) => id === urlHandlerId);
  return { state: all ? 'on' : 'partly', file, isOther, browsers };
}

/**
 * Remembers who opens links now, and takes his place. Rejects with `browser.*`, or the system's error. Who is an XPane with
 * another home keeps them: `browser.other-home`.
 */
export async function becomeUrlHandler(place: UrlHandlerPlace): Promise<void> {
  const { self, env, remembered } = place;
  const file = entryFile(env);
  const entry = await readFile(file, 'utf8').catch(() => undefined);
  if (entry !== undefined && !isOfThisHome(entry, env)) throw otherHome();
  const before: Record<string, string> = { ...(await rememberedIn(remembered)) };
  for (const scheme of handledSchemes) {
    const id = await defaultHandler(scheme, env);
    if (id !== undefined && id !== urlHandlerId) before[scheme] = id;
  }
  await mkdir(dirname(remembered), { recursive: true, mode: 0o700 });
  await writeFileAtomically(remembered, `${JSON.stringify(before, null, 2)}\n`);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomically(file, urlHandlerEntry(self, env));
  await makeDefault(urlHandlerId, handledSchemes, env);
}

/**
 * Gives links back to whoever had them, and looks whether he has them. Rejects with `browser.*`, or the system's error; then
 * XPane still knows who it was, and can be told again. Those of an XPane with another home stay: `browser.other-home`.
 */
export async function endUrlHandler(place: UrlHandlerPlace): Promise<void> {
  const { env, remembered } = place;
  if ((await urlHandlerState(place)).isOther) throw otherHome();
  const before = await rememberedIn(remembered);
  for (const scheme of handledSchemes) {
    const id = before[scheme];
    if ((await defaultHandler(scheme, env)) !== urlHandlerId) continue;
    // One that is no longer installed can have nothing back.
    if (id === undefined || (await readEntry(id, env)) === undefined) continue;
    await makeDefault(id, [scheme], env);
    if ((await defaultHandler(scheme, env)) !== id) throw notDefault();
  }
  await forgetDefault(urlHandlerId, handledSchemes.map(typeOf), env);
  await rm(entryFile(env), { force: true });
  await rm(remembered, { force: true });
}

/** Pure. */
export function urlHandlerEntry(self: SelfCommand, env: NodeJS.ProcessEnv): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=XPane',
    'Comment=Opens links in Windows XP or in your browser, as the rules say',
    `Exec=${execLine(self, env, ['open-url'])} %u`,
    'Icon=application-x-executable',
    'Terminal=false',
    'NoDisplay=true',
    'StartupNotify=true',
    `MimeType=${handledSchemes.map((scheme) => `x-scheme-handler/${scheme};`).join('')}`,
    '',
  ].join('\n');
}

function entryFile(env: NodeJS.ProcessEnv): string {
  return join(applicationFolders(env)[0] ?? '', urlHandlerId);
}

async function makeDefault(id: string, schemes: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await promisify(execFile)('xdg-mime', ['default', id, ...schemes.map(typeOf)], {
      env,
      timeout: commandMs,
    });
  } catch (cause) {
    throw notDefault(cause);
  }
}

function typeOf(scheme: string): string {
  return `x-scheme-handler/${scheme}`;
}

function otherHome(): XPaneError {
  return new XPaneError(
    'browser.other-home',
    'Links go to another XPane, which has a home of its own, and stay so.',
    'Say "xpane integrate url off" to that one, with the XPANE_HOME that it has.',
  );
}

function notDefault(cause?: unknown): XPaneError {
  return new XPaneError(
    'browser.not-default',
    'This desktop did not take the change of the program for links.',
    'Install xdg-utils, or choose the program in the settings of your desktop.',
    cause,
  );
}
