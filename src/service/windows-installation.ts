import { randomInt } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import { codePages } from '../guest-setup/answers/ansi.ts';
import { productKey } from '../guest-setup/answers/product-key.ts';
import type { XpAnswers } from '../guest-setup/answers/winnt-sif.ts';
import { installationAnswers } from '../guest-setup/first-time/answers-by-policy.ts';
import { hostFacts } from '../guest-setup/host-facts/host-facts.ts';
import { writeInstallationFloppy } from '../guest-setup/installation/installation-floppy.ts';
import { checkWindowsCd } from '../guest-setup/installation/windows-cd.ts';
import type { Params, Result } from '../launcher/api/methods.ts';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';
import { requireInstallable } from '../vm/installable.ts';
import { type Definition, withSettings } from '../workspace/definition.ts';
import { machineSchema } from '../workspace/machine-settings.ts';
import { workspaceFiles } from '../workspace/workspace.ts';
import { beginSetUp } from './first-time/begin-set-up.ts';
import { readSetUpPolicy, setUpPolicyFile } from './first-time/set-up-policy.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import type { WorkspaceShelf } from './workspace-shelf.ts';

type Asked = Params<'installWindows'>;

const usualDiskGiB = 20;

/**
 * Makes a workspace with a blank disk and all that Windows XP is installed by; first-time set-up does the rest when it
 * is begun. The name of one that is still to be installed (it failed, or was reset) gives that one CD and key anew.
 *
 * Throws `guest-setup.bad-product-key`, `guest-setup.…cd…`, `vm.not-installable`, `settings.*`, `workspace.*`,
 * `image.disk-full`, or `signal.reason`. No error tells the key.
 */
export async function installWindows(
  shelf: WorkspaceShelf,
  asked: Asked,
  signal: AbortSignal,
): Promise<Result<'installWindows'>> {
  const { cd } = asked;
  const date = new Date();
  const answers = await answersOf(asked, date, signal);
  await checkWindowsCd(cd);
  const writeFloppy = (file: string) => writeInstallationFloppy(file, answers, date);
  const again = toInstallAgain(shelf, asked);
  return again
    ? await installAgain(shelf, again, asked, writeFloppy)
    : await installNew(shelf, asked, writeFloppy, signal);
}

/** Names, region and time zone come from the host and the administrator's policy. */
async function answersOf({ setUp, ...asked }: Asked, now: Date, signal: AbortSignal): Promise<XpAnswers> {
  const key = productKey(asked.productKey);
  const codePage = codePages.find((known) => known === (asked.codePage ?? 1252));
  if (codePage === undefined) throw unknownCodePage();
  const policy = readSetUpPolicy(setUpPolicyFile, setUp);
  const names = { taken: [], random: (limit: number) => randomInt(limit) };
  const facts = await hostFacts(process.env, now, signal);
  return installationAnswers(policy, facts, names, { productKey: key, codePage });
}

async function installNew(
  shelf: WorkspaceShelf,
  { cd, name, diskGiB = usualDiskGiB, setUp, settings = {} }: Asked,
  writeFloppy: (file: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Result<'installWindows'>> {
  const { id, ...reservation } = shelf.reserve(name ?? displayText(basename(cd, extname(cd)), 64));
  const defined = (base: string): Definition => {
    const guest = { kind: 'image', base, machine: machineSchema.parse({}) } as const;
    const own = { memoryMiB: 'auto' } as const;
    return withSettings({ version: 1, id, name: reservation.name, guest, settings: own }, settings);
  };
  try {
    const { guest } = defined('0'.repeat(64));
    if (guest.kind === 'image') requireInstallable(guest.machine);
    return await shelf.withNewBase(async () => {
      const { hash } = await shelf.bases.addBlank(diskGiB * 2 ** 30, signal);
      await shelf.add(defined(hash), async (folder) => {
        await writeFloppy(join(folder, basename(workspaceFiles('', '', 'qemu').setUpFloppy)));
        await beginSetUp(folder, setUp, cd);
      });
      return { id, name: reservation.name };
    });
  } finally {
    reservation.release();
  }
}

/** One that is called so, if nothing but CD, key and mode was said: its disk and settings stay as they are. */
function toInstallAgain(
  shelf: WorkspaceShelf,
  { name, diskGiB, settings }: Asked,
): LiveWorkspace | undefined {
  if (name === undefined || diskGiB !== undefined || Object.keys(settings ?? {}).length > 0) return undefined;
  const wanted = name.toLowerCase();
  const called = shelf.live.all.find((live) => live.id === wanted || live.name.toLowerCase() === wanted);
  return called?.setUp?.installs ? called : undefined;
}

async function installAgain(
  shelf: WorkspaceShelf,
  live: LiveWorkspace,
  { cd, setUp }: Asked,
  writeFloppy: (file: string) => Promise<void>,
): Promise<Result<'installWindows'>> {
  const release = await live.holdDisk('is being prepared');
  try {
    const { folder, setUpFloppy } = workspaceFiles(shelf.dataFolder, live.id, 'qemu');
    await writeFloppy(setUpFloppy);
    await beginSetUp(folder, setUp, cd);
    // Opened anew, it reads where its set-up is.
    await shelf.change(live, shelf.definitionOf(live));
    return { id: live.id, name: live.name };
  } finally {
    release();
  }
}

function unknownCodePage(): XPaneError {
  return new XPaneError(
    'settings.invalid',
    'Windows’ set-up cannot be given names in that code page.',
    `It takes ${codePages.join(', ')}.`,
  );
}
