import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { unattendedFloppy, type XpAnswers } from '../answers/winnt-sif.ts';
import { wipeFloppy } from '../setup-disk/wipe.ts';

/**
 * Writes the floppy that Windows XP is installed by, for this user alone. It holds the product key: call
 * `discardInstallationFloppy` when the installation is over. One that was there is overwritten first.
 * Throws `guest-setup.bad-answer`, or the system's error.
 */
export async function writeInstallationFloppy(file: string, answers: XpAnswers, date: Date): Promise<void> {
  const { bytes } = unattendedFloppy(answers, date);
  await discardInstallationFloppy(file);
  // No temporary name: what is cut off here is found, and wiped, under its own.
  const image = await open(file, 'wx', 0o600);
  try {
    await image.writeFile(bytes);
    await image.sync();
  } finally {
    await image.close();
  }
}

/** Overwrites the floppy and removes it; one that is not there is fine. Rejects with the system's error. */
export async function discardInstallationFloppy(file: string): Promise<void> {
  if (!existsSync(file)) return;
  try {
    await wipeFloppy(file);
  } finally {
    // What cannot be overwritten is removed all the same.
    await rm(file, { force: true });
  }
}
