import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { XPaneError } from '../../shared/errors.ts';
import { sectorBytes } from '../iso9660/fields.ts';
import { folderNames } from '../iso9660/find-in-iso.ts';
import { firstDescriptor } from '../iso9660/layout.ts';

/** A DVD of two layers; no CD of Windows XP comes near it. */
const maxCdBytes = 9 * 2 ** 30;
/** Programs that copy CDs leave out up to two seconds of empty sectors at the end. */
const slackBytes = 150 * sectorBytes;
/** ECMA-119 ends its descriptors by one that says so; no disk has as many as this. */
const maxDescriptors = 32;

/**
 * Makes sure that a file can be the CD which Windows XP is installed from: an ISO 9660 image that is whole, boots on a
 * PC (El Torito 1.0) and has the folder I386. What else is in it only Windows' set-up can tell.
 *
 * Throws `guest-setup.cd-missing`, `guest-setup.cd-not-readable`, `guest-setup.not-a-cd`, `guest-setup.cd-incomplete`,
 * `guest-setup.cd-not-bootable`, `guest-setup.not-windows-cd`, or the system's error.
 */
export async function checkWindowsCd(file: string): Promise<void> {
  const image = await opened(file);
  try {
    const stat = await image.stat();
    if (!stat.isFile()) throw notACd(file, 'it is no plain file');
    if (stat.size > maxCdBytes) throw notACd(file, 'it is larger than any CD or DVD');
    const descriptors = await descriptorsOf(image);
    const primary = descriptors.find((each) => each[0] === 1);
    if (!primary) throw notACd(file, 'it has no ISO 9660 file system');
    if (stat.size + slackBytes < primary.readUInt32LE(80) * sectorBytes) throw incomplete(file);
    await requireBootable(file, image, descriptors);
    const names = await folderNames(image, primary);
    if (!names.some((name) => /^I386$/i.test(name))) throw notWindows(file);
  } finally {
    await image.close();
  }
}

/** Not blocking: a pipe of that name would be waited for without end. */
async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(file, thrown);
    if (code === 'EACCES' || code === 'EPERM') throw notReadable(file, thrown);
    throw thrown;
  }
}

async function descriptorsOf(image: FileHandle): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (let index = 0; index < maxDescriptors; index++) {
    const descriptor = await sector(image, firstDescriptor + index);
    if (descriptor?.toString('latin1', 1, 6) !== 'CD001' || descriptor[0] === 255) break;
    found.push(descriptor);
  }
  return found;
}

/** El Torito: the boot record leads to a catalogue, whose first entry proves itself and whose second says bootable. */
async function requireBootable(file: string, image: FileHandle, descriptors: readonly Buffer[]) {
  const isBoot = (each: Buffer) => each[0] === 0 && each.toString('latin1', 7, 30) === bootSystem;
  const record = descriptors.find(isBoot);
  const catalogue = record && (await sector(image, record.readUInt32LE(71)));
  if (!catalogue) throw notBootable(file);
  let sum = 0;
  for (let at = 0; at < 32; at += 2) sum = (sum + catalogue.readUInt16LE(at)) & 0xffff;
  const forPc = catalogue[0] === 1 && catalogue[1] === 0;
  const proven = sum === 0 && catalogue.readUInt16LE(30) === 0xaa55;
  if (!forPc || !proven || catalogue[32] !== 0x88) throw notBootable(file);
}

const bootSystem = 'EL TORITO SPECIFICATION';

/** Undefined behind the end. */
async function sector(image: FileHandle, number: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(sectorBytes);
  const { bytesRead } = await image.read(bytes, 0, sectorBytes, number * sectorBytes);
  return bytesRead === sectorBytes ? bytes : undefined;
}

function missing(file: string, cause: unknown): XPaneError {
  return new XPaneError('guest-setup.cd-missing', `There is no file ${file}.`, 'Check the name.', cause);
}

function notReadable(file: string, cause: unknown): XPaneError {
  return new XPaneError(
    'guest-setup.cd-not-readable',
    `You may not read ${file}.`,
    'Copy it to a folder of yours, or ask its owner to let you read it.',
    cause,
  );
}

function notACd(file: string, why: string): XPaneError {
  return new XPaneError(
    'guest-setup.not-a-cd',
    `${file} is no image of a CD: ${why}.`,
    'Make one of your CD, by "dd if=/dev/sr0 of=xp.iso bs=2048" for instance.',
  );
}

function incomplete(file: string): XPaneError {
  return new XPaneError(
    'guest-setup.cd-incomplete',
    `The image ${file} is shorter than the CD that it is made of.`,
    'Copy it once more from where it came from, and compare the sizes.',
  );
}

function notBootable(file: string): XPaneError {
  return new XPaneError(
    'guest-setup.cd-not-bootable',
    `No computer boots from the CD ${file}.`,
    'Windows XP is installed from its own CD, with its boot record; a copy of the files alone has none.',
  );
}

function notWindows(file: string): XPaneError {
  return new XPaneError(
    'guest-setup.not-windows-cd',
    `The CD ${file} is not Windows XP’s: it has no folder I386.`,
    'Use the CD of Windows XP for computers with 32 bits, not a service pack or a manufacturer’s recovery disk.',
  );
}
