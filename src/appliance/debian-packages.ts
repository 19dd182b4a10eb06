import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runChild } from '../shared/child-process.ts';
import { XPaneError } from '../shared/errors.ts';
import {
  type AptSource,
  guestSources,
  parseDeb822Sources,
  parseSourcesList,
  sourceLine,
  unreadableSources,
} from './apt-sources.ts';
import { runTool } from './build-tool.ts';
import { suite } from './recipe.ts';

/**
 * An apt of the build's own: it reads the machine's mirrors, proxies and keys, and writes to `folder` only. So no
 * privilege is needed, an index of the host that is out of order does no harm, and i386 need not be set up there.
 */
export interface PrivateApt {
  /** Where packages land. */
  readonly archives: string;
  readonly configFile: string;
  readonly sourcesFile: string;
  readonly sources: readonly AptSource[];
}

/** Reads every mirror that the machine's own apt knows. `etcApt` is /etc/apt. */
export async function machineSources(etcApt = '/etc/apt'): Promise<AptSource[]> {
  const folder = join(etcApt, 'sources.list.d');
  const more = (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  const sources: AptSource[] = [];
  for (const file of [join(etcApt, 'sources.list'), ...more]) {
    const parse = file.endsWith('.sources') ? parseDeb822Sources : file.endsWith('.list') && parseSourcesList;
    if (parse) sources.push(...parse(await readFile(file, 'utf8').catch(() => '')));
  }
  return sources;
}

/** Throws `appliance.no-mirror` when the machine has no mirror of Debian. */
export async function openPrivateApt(folder: string): Promise<PrivateApt> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const hostSuite = /^VERSION_CODENAME=(\w+)/m.exec(osRelease)?.[1] ?? suite;
  const sources = guestSources(await machineSources(), hostSuite, suite);
  if (sources.length === 0) {
    throw new XPaneError(
      'appliance.no-mirror',
      'No mirror of Debian is set up on this computer, so the built-in guest cannot be made.',
      `Add Debian ${hostSuite} "main" to /etc/apt/sources.list.d and run the command again.`,
    );
  }
  const apt = {
    archives: join(folder, 'archives'),
    configFile: join(folder, 'apt.conf'),
    sourcesFile: join(folder, 'sources.list'),
    sources,
  };
  for (const path of ['archives/partial', 'lists/partial'])
    await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await writeFile(apt.configFile, configuration(folder));
  return apt;
}

/**
 * Read after the machine's own configuration (`apt-get -c`), so the hooks of that can be cleared.
 * An empty status file makes apt resolve all dependencies, as if for a new machine.
 */
function configuration(folder: string): string {
  return `
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear APT::Architectures;
APT::Architecture "i386";
APT::Architectures { "i386"; "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::State::extended_states "${folder}/extended_states";
Dir::Cache "${folder}";
Dir::Cache::archives "${folder}/archives";
Dir::Log "${folder}";
`;
}

/**
 * Reads what the mirrors have. A mirror's updates may be out of order for i386 for a while: their list then does not
 * fit the signed sum of it (seen for days). The release itself does not change, so the guest is made without those
 * updates, and `onNote` hears which and why.
 */
export async function updateIndex(
  apt: PrivateApt,
  onNote: (note: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const read = async (sources: readonly AptSource[]) => {
    await writeFile(apt.sourcesFile, `${sources.map(sourceLine).join('\n')}\n`);
    await aptGet(apt, ['update'], 'reading the lists of packages', { signal });
  };
  try {
    await read(apt.sources);
  } catch (error) {
    signal?.throwIfAborted();
    const unreadable = unreadableSources(apt.sources, wordsOf(error));
    const isMissing = (source: AptSource) => unreadable.some((one) => one.source === source);
    const isRelease = ({ suite: name }: AptSource) => name === suite;
    // Where apt names no mirror, all but the release itself may be what is out of order.
    const rest = apt.sources.filter((source) =>
      unreadable.length > 0 ? !isMissing(source) : isRelease(source),
    );
    if (rest.length === apt.sources.length || !rest.some(isRelease)) throw error;
    await read(rest);
    const left = apt.sources.filter((source) => !rest.includes(source)).map(({ suite: name }) => name);
    const why = unreadable[0]?.why ?? 'it cannot be read now';
    onNote(`the mirror’s ${left.join(', ')} is out of order (${why}); the built-in guest is made without it`);
  }
}

/** What the tool said, which errors for users keep as their cause. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return `${error instanceof Error ? error.message : ''}\n${cause instanceof Error ? cause.message : ''}`;
}

interface AptOptions {
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string;
  readonly onFraction?: (done: number) => void;
}

/** Downloads the packages and all that they need to `apt.archives`. */
export async function downloadWithDependencies(
  apt: PrivateApt,
  packages: readonly string[],
  options: AptOptions,
): Promise<void> {
  await aptGet(
    apt,
    ['install', '--download-only', '--yes', ...packages],
    'downloading the packages',
    options,
  );
}

/** Downloads the package that `metaPackage` depends on whose name starts with `prefix`. Returns its file. */
export async function downloadDependency(
  apt: PrivateApt,
  metaPackage: string,
  prefix: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { stdout } = await runChild({
    command: 'apt-cache',
    args: ['-c', apt.configFile, 'show', '--no-all-versions', metaPackage],
    timeoutMs: 60_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const depends = /^Depends: (.*)$/m.exec(stdout)?.[1]?.split(/[,| ]+/) ?? [];
  const name = depends.find((word) => word.startsWith(prefix));
  if (name === undefined) {
    throw new XPaneError(
      'appliance.build-failed',
      `Debian’s package ${metaPackage} names no kernel.`,
      'Run "apt-get update" as root and try again.',
    );
  }
  await mkdir(folder, { recursive: true });
  const architecture = metaPackage.split(':')[1];
  await aptGet(apt, ['download', `${name}:${architecture}`], 'downloading the kernel', {
    signal,
    cwd: folder,
  });
  const [file = ''] = await readdir(folder);
  return join(folder, file);
}

async function aptGet(
  apt: PrivateApt,
  args: readonly string[],
  purpose: string,
  options: AptOptions,
): Promise<void> {
  const { onFraction } = options;
  await runTool({
    command: 'apt-get',
    args: ['-c', apt.configFile, '-q', '-o', 'APT::Status-Fd=3', ...args],
    purpose,
    timeoutMs: 30 * 60_000,
    cwd: options.cwd,
    signal: options.signal,
    onChannel: (channel) => {
      channel.on('error', () => {});
      createInterface({ input: channel }).on('line', (line) => {
        const percent = /^dlstatus:[^:]*:([\d.]+):/.exec(line)?.[1];
        if (percent !== undefined) onFraction?.(Number(percent) / 100);
      });
    },
  });
}
