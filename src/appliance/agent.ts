import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { runChild, startChild } from '../shared/child-process.ts';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { makeWhole } from './making-folder.ts';

const compiler = 'i686-w64-mingw32-g++-win32';
const agentFile = 'xpane-agent.exe';
const installerFile = 'xpane-install.exe';
const testsFile = 'agent-tests.exe';
const compileTimeoutMs = 20 * 60_000;
const sourceFolder = resolve(import.meta.dirname, '../guest-agent');

export interface AgentOptions {
  /** XPane's cache folder; the agent lies in `agent/<hash of its sources>-<hash of the compiler>` below it. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
}

/** Where the single executable carries these, below its root; a checkout has no such files. */
export const shippedAgent = `assets/agent/${agentFile}`;
export const shippedInstaller = `assets/agent/${installerFile}`;

/**
 * Where the agent of these sources lies, or undefined when it has not been built yet. In the single executable
 * that is the one it carries, unpacked to the cache: other programs cannot read what lies inside it.
 */
export function findAgent(cache: string): string | undefined {
  return foundFile(cache, agentFile, shippedAgent);
}

/** The program that puts the agent into a Windows of the user's own; found and built as the agent is. */
export function findAgentInstaller(cache: string): string | undefined {
  return foundFile(cache, installerFile, shippedInstaller);
}

function foundFile(cache: string, name: string, shippedName: string): string | undefined {
  const shipped = resolve(import.meta.dirname, '../..', shippedName);
  return existsSync(shipped) ? unpackedFile(cache, shipped, name) : builtFile(cache, name);
}

function unpackedFile(cache: string, shipped: string, name: string): string {
  const content = readFileSync(shipped);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const folder = privateFolder(join(privateFolder(join(privateFolder(cache), 'agent')), `shipped-${hash}`));
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file).equals(content)) return file;
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, content, { mode: 0o600 });
  renameSync(partial, file);
  return file;
}

/** The agent's own tests, built with it. */
export function findAgentTests(cache: string): string | undefined {
  return builtFile(cache, testsFile);
}

function builtFile(cache: string, name: string): string | undefined {
  const parent = join(cache, 'agent');
  if (!existsSync(parent) || !existsSync(sourceFolder)) return undefined;
  const prefix = `${sourceHash(sourceFolder)}-`;
  return readdirSync(parent)
    .filter((folder) => folder.startsWith(prefix))
    .map((folder) => join(parent, folder, name))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/**
 * Returns the agent's path, and builds it first where these sources or this compiler are new.
 * Throws `agent.build-failed` with the compiler's last words, or `signal.reason`.
 */
export async function ensureAgent(options: AgentOptions): Promise<string> {
  const { cache, signal } = options;
  const version = await compilerVersion(signal);
  const compilerHash = createHash('sha256').update(version).digest('hex').slice(0, 8);
  const name = `${sourceHash(sourceFolder)}-${compilerHash}`;
  const parent = join(privateFolder(cache), 'agent');
  if (!existsSync(join(parent, name, agentFile))) {
    await makeWhole(parent, async (work, out) => {
      const objects = join(work, 'objects');
      const jobs = `-j${availableParallelism()}`;
      await compile(['-C', sourceFolder, `OUT=${objects}`, jobs], signal);
      for (const file of [agentFile, installerFile, testsFile])
        await copyFile(join(objects, file), join(out, file));
      return name;
    });
  }
  return join(parent, name, agentFile);
}

/** Equal files under equal names give equal hashes, whatever their dates. */
export function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const content = readFileSync(path);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

async function compilerVersion(signal: AbortSignal | undefined): Promise<string> {
  const result = await runChild({
    command: compiler,
    args: ['--version'],
    timeoutMs: 20_000,
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.code !== 0) throw buildFailed(result.stderr);
  return result.stdout;
}

/** make ends its compilers itself when it is asked to end, so it is asked first. */
async function compile(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const child = await startChild({ command: 'make', args, tailBytes: 16_384 });
  const stop = () => void child.terminate(5000);
  const timer = setTimeout(stop, compileTimeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const { code } = await child.exited;
    signal?.throwIfAborted();
    if (code !== 0) throw buildFailed(child.tail());
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function buildFailed(output: string): XPaneError {
  return new XPaneError(
    'agent.build-failed',
    `The guest agent could not be built: ${output.trim().split('\n').slice(-12).join('\n')}`,
    'If you did not change its sources, report this with the lines above.',
  );
}
