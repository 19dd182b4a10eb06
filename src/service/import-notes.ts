import { sizeInWords } from '../shared/size-in-words.ts';
import { freeBytes } from '../vm/images/disk-room.ts';
import type { ImageSource } from '../vm/images/image-source.ts';

/** What the user should know before an imported image is started for the first time. */
export async function notesOn(source: ImageSource, dataFolder: string, shared: boolean): Promise<string[]> {
  const notes: string[] = [];
  const { adapter, virtualSizeBytes } = source;
  if (shared) notes.push('The same disk was imported before; it is kept once.');
  if (adapter !== undefined && adapter !== 'ide') {
    notes.push(
      `In VMware this disk was on a SCSI controller (${adapter}), which QEMU does not have: Windows may stop with 0x0000007B. docs/workspaces.md tells how to prepare it.`,
    );
  }
  const free = await freeBytes(dataFolder);
  if (free < virtualSizeBytes) {
    notes.push(
      `The guest's disk can grow to ${sizeInWords(virtualSizeBytes)}; there is room for ${sizeInWords(free)}.`,
    );
  }
  return notes;
}
