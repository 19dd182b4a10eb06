import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { answersIni, type GuestAnswers } from '../answers/answers-ini.ts';
import type { ByteRange } from '../byte-range.ts';
import type { IsoEntry } from '../iso9660/tree.ts';
import { writeIso } from '../iso9660/write-iso.ts';
import type { Secret } from '../secret.ts';
import {
  agentPath,
  answersPath,
  autorunPath,
  installerPath,
  manifestPath,
  secretPath,
  setupDiskLabel,
} from './disk-paths.ts';

export interface SetupDiskContent {
  /** Files of the host. */
  readonly agent: string;
  readonly installer: string;
  readonly answers: GuestAnswers;
  /** The workspace's: what host and guest prove to each other. */
  readonly secret: Secret;
}

export interface SetupDiskOptions {
  readonly date: Date;
  readonly signal?: AbortSignal;
}

export interface SetupDisk {
  readonly sizeBytes: number;
  /** Where the secret lies in the image; `wipeSecret` finds it by itself. */
  readonly secretRange: ByteRange;
}

/**
 * Writes the CD image that a guest is set up from: agent, installer, answers, the workspace's secret, a manifest, and
 * an autorun.inf that starts the installer on Windows. Equal input makes an equal image.
 *
 * The image holds the secret: keep it in a private folder, and call `wipeSecret` when the guest has it.
 * Throws `guest-setup.bad-answer`, `guest-setup.file-changed`, the system's error, or `signal.reason`.
 */
export async function writeSetupDisk(
  file: string,
  content: SetupDiskContent,
  { date, signal }: SetupDiskOptions,
): Promise<SetupDisk> {
  const secret = content.secret.reveal();
  if (!/^[0-9a-f]{64}$/.test(secret)) throw new TypeError('A workspace’s secret has 64 hexadecimal digits');
  const files: IsoEntry[] = [
    { path: autorunPath, content: autorun() },
    { path: agentPath, file: content.agent },
    { path: answersPath, content: answersIni(content.answers) },
    { path: installerPath, file: content.installer },
  ];
  const entries: IsoEntry[] = [
    ...files,
    { path: manifestPath, content: await manifest(files, signal) },
    { path: secretPath, content: Buffer.from(secret, 'latin1') },
  ];
  const image = await writeIso(file, entries, { label: setupDiskLabel, date, ...(signal ? { signal } : {}) });
  const secretRange = image.ranges.get(secretPath);
  if (!secretRange) throw new Error('The set-up disk has no secret');
  return { sizeBytes: image.sizeBytes, secretRange };
}

function autorun(): Buffer {
  const command = installerPath.replaceAll('/', '\\');
  const lines = ['[autorun]', `open=${command}`, `icon=${command},0`, 'label=XPane', ''];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/**
 * A line a file, as sha256sum reads and writes them. The secret is not in it: nothing of it, not even a hash, may be
 * left when it has been wiped.
 */
async function manifest(files: readonly IsoEntry[], signal: AbortSignal | undefined): Promise<Buffer> {
  const lines = [];
  for (const entry of files) lines.push(`${await sha256Of(entry, signal)}  ${entry.path}\n`);
  return Buffer.from(lines.join(''), 'utf8');
}

async function sha256Of(entry: IsoEntry, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  if ('content' in entry) hash.update(entry.content);
  else for await (const chunk of createReadStream(entry.file, { signal })) hash.update(chunk);
  return hash.digest('hex');
}
