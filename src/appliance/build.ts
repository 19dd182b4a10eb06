import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { privateFolder } from '../shared/paths.ts';
import { type Appliance, applianceIn } from './appliance.ts';
import { buildSteps } from './build-steps.ts';
import { asBuildError, diskFull } from './build-tool.ts';
import { makeWhole } from './making-folder.ts';
import { type OnProgress, runSteps } from './progress.ts';
import { recipeHash } from './recipe.ts';

export { ensureAgent, findAgent, findAgentInstaller } from './agent.ts';

/** The most that lies on the disk at once while a guest is made: packages and the unpacked root. Measured. */
const neededBytes = 1300 * 1024 ** 2;
/** With less than this free, a step that failed failed for want of room. */
const noRoomBytes = 8 * 1024 ** 2;

export interface ApplianceOptions {
  /** XPane's cache folder; the guest lies in `guest/<hash>` below it. */
  readonly cache: string;
  readonly progress?: OnProgress | undefined;
  /** Hears what a user should know though the build goes on. */
  readonly note?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The built-in guest of this version of XPane, or undefined when it has not been made yet.
 *
 * Its name is the recipe's hash and the image's own: a workspace's disk holds only what differs from its image, so
 * one that is made again later, of newer packages, must never be taken for the one that was removed.
 */
export function findAppliance(cache: string): Appliance | undefined {
  const parent = join(cache, 'guest');
  if (!existsSync(parent)) return undefined;
  const prefix = `${recipeHash()}-`;
  const hash = readdirSync(parent)
    .sort()
    .find((name) => name.startsWith(prefix));
  return hash === undefined ? undefined : applianceIn(join(parent, hash), hash);
}

/**
 * Returns the built-in guest, and makes it first where it is missing: less than a minute, 200 MB of Debian
 * packages. Root and plain users do it the same way, without any privilege. Older guests stay: disks of
 * workspaces build on them.
 *
 * Throws `appliance.disk-full`, `appliance.no-network`, `appliance.no-mirror`, `appliance.no-namespaces`,
 * `appliance.build-failed`, or `signal.reason`; nothing is left behind then.
 */
export async function ensureAppliance(options: ApplianceOptions): Promise<Appliance> {
  const found = findAppliance(options.cache);
  if (found !== undefined) return found;
  const parent = join(privateFolder(options.cache), 'guest');
  await checkRoom(options.cache);
  try {
    const folder = await makeWhole(parent, async (work, outFolder) => {
      const out = applianceIn(outFolder, '');
      const steps = await buildSteps({ work, out, note: options.note ?? (() => {}), signal: options.signal });
      await runSteps(steps, options.progress ?? (() => {})).catch(async (error: unknown) => {
        options.signal?.throwIfAborted();
        // Programs inside the guest do not say why they could not write.
        throw (await freeBytesIn(work)) < noRoomBytes ? diskFull() : error;
      });
      return `${recipeHash()}-${await fileHash(out.disk)}`;
    });
    return applianceIn(folder, basename(folder));
  } catch (error) {
    throw asBuildError(error);
  }
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex').slice(0, 8);
}

async function checkRoom(folder: string): Promise<void> {
  const freeBytes = await freeBytesIn(folder);
  if (freeBytes < neededBytes) throw diskFull(freeBytes, neededBytes);
}

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
