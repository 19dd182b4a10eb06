import { chmod, mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { SelfCommand } from '../../shared/self-command.ts';

/** XPane as the native messaging host of its extension (developer.chrome.com, "Native messaging"). */

export const nativeHostName = 'xpane.links';
/** Follows from the public key in the extension's manifest. */
export const extensionId = 'hlhiplfchdcgknpkfdegelmiobpbjini';

/** Browsers that know such hosts: their folder in the user's, their program, and where an administrator's manifests are. */
const browsers = [
  { folder: 'chromium', programs: ['chromium', 'chromium-browser'], system: '/etc/chromium' },
  {
    folder: 'google-chrome',
    programs: ['google-chrome', 'google-chrome-stable'],
    system: '/etc/opt/chrome',
  },
  {
    folder: 'microsoft-edge',
    programs: ['microsoft-edge', 'microsoft-edge-stable'],
    system: '/etc/opt/edge',
  },
] as const;

export interface NativeHostPlace {
  readonly self: SelfCommand;
  readonly env: NodeJS.ProcessEnv;
  /** XPanePaths.data: holds what browsers start. */
  readonly dataFolder: string;
}

export interface NativeHostState {
  /** The manifests, one a browser. */
  readonly manifests: readonly string[];
}

/** Browsers start a program without arguments of ours. */
function scriptFile(dataFolder: string): string {
  return join(dataFolder, 'native-messaging.sh');
}

export async function nativeHostState({ env }: Pick<NativeHostPlace, 'env'>): Promise<NativeHostState> {
  const there = await Promise.all(
    manifestFiles(env).map(async (file) => ((await exists(file)) ? [file] : [])),
  );
  return { manifests: there.flat() };
}

/** For each browser that this user has. Rejects with the system's error. */
export async function installNativeHost(place: NativeHostPlace): Promise<void> {
  const { self, env, dataFolder } = place;
  const script = scriptFile(dataFolder);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await writeFileAtomically(script, nativeHostScript(self, env));
  await chmod(script, 0o700);
  const manifest = nativeHostManifest(script, await acceptedOrigins());
  for (const { folder, programs } of browsers) {
    const own = join(configFolder(env), folder);
    if (!(await exists(own)) && !(await isInstalled(programs, env))) continue;
    const file = manifestIn(own);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomically(file, manifest);
  }
}

/** Leaves what belongs to an XPane with another home, and is false then. Rejects with the system's error. */
export async function removeNativeHost({ env, dataFolder }: NativeHostPlace): Promise<boolean> {
  let isAll = true;
  for (const file of manifestFiles(env)) {
    if (!(await exists(file))) continue;
    if ((await programIn(file)) !== scriptFile(dataFolder)) {
      isAll = false;
      continue;
    }
    await rm(file, { force: true });
    await removeEmpty(dirname(file));
    await removeEmpty(dirname(dirname(file)));
  }
  await rm(scriptFile(dataFolder), { force: true });
  return isAll;
}

/** What a manifest has browsers start; undefined if it is none. */
async function programIn(file: string): Promise<unknown> {
  const content = await readFile(file, 'utf8');
  try {
    return (JSON.parse(content) as { readonly path?: unknown } | null)?.path;
  } catch {
    return undefined;
  }
}

/** Of a browser that was never used; all others have more in their folders. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Or it is the user's own, a link to where he keeps it.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOTDIR') throw error;
  });
}

/**
 * Extensions that may talk to XPane: its own, and what an administrator's manifests name, who has packed it with a key
 * of his.
 */
export async function acceptedOrigins(
  systemFolders: readonly string[] = browsers.map(({ system }) => join(system, 'native-messaging-hosts')),
): Promise<readonly string[]> {
  const files = systemFolders.map((folder) => join(folder, `${nativeHostName}.json`));
  const named = await Promise.all(files.map(originsIn));
  return [...new Set([originOf(extensionId), ...named.flat()])];
}

/** Pure. */
export function nativeHostManifest(script: string, origins: readonly string[]): string {
  const manifest = {
    name: nativeHostName,
    description: 'XPane opens links where the rules say',
    path: script,
    type: 'stdio',
    allowed_origins: origins,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Pure. */
export function nativeHostScript({ command, args }: SelfCommand, env: NodeJS.ProcessEnv): string {
  const moved = ['XPANE_HOME', 'XPANE_CACHE'].flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : []));
  const words = [...(moved.length > 0 ? ['env', ...moved] : []), command, ...args, 'native-messaging'];
  const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\nexec ${line} "$1"\n`;
}

function originOf(id: string): string {
  return `chrome-extension://${id}/`;
}

async function originsIn(file: string): Promise<readonly string[]> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const { allowed_origins: origins } = content as { allowed_origins?: unknown };
    const all: readonly unknown[] = Array.isArray(origins) ? origins : [];
    return all.filter((origin) => typeof origin === 'string').filter((origin) => isOrigin.test(origin));
  } catch {
    // None, or none that a browser would read.
    return [];
  }
}
const isOrigin = /^chrome-extension:\/\/[a-p]{32}\/$/;

function manifestFiles(env: NodeJS.ProcessEnv): readonly string[] {
  return browsers.map(({ folder }) => manifestIn(join(configFolder(env), folder)));
}

function manifestIn(browserFolder: string): string {
  return join(browserFolder, 'NativeMessagingHosts', `${nativeHostName}.json`);
}

function configFolder({ HOME = '/', XDG_CONFIG_HOME: config }: NodeJS.ProcessEnv): string {
  return config !== undefined && isAbsolute(config) ? config : join(HOME, '.config');
}

async function isInstalled(programs: readonly string[], { PATH = '' }: NodeJS.ProcessEnv): Promise<boolean> {
  const folders = PATH.split(':').filter(isAbsolute);
  const found = folders.flatMap((folder) => programs.map((program) => exists(join(folder, program))));
  return (await Promise.all(found)).includes(true);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
