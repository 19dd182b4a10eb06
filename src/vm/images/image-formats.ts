/** Disk images that can be imported and exported, by the names people know. */
export const imageFormats = ['qcow2', 'vhd', 'vhdx', 'vmdk', 'vdi', 'raw'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What QEMU calls them. */
export const qemuDriver: Record<ImageFormat, string> = {
  qcow2: 'qcow2',
  vhd: 'vpc',
  vhdx: 'vhdx',
  vmdk: 'vmdk',
  vdi: 'vdi',
  raw: 'raw',
};

/** What an image's file is called, without the dot, to the format it then has. */
const endings: Readonly<Record<string, ImageFormat>> = {
  qcow2: 'qcow2',
  vhd: 'vhd',
  vhdx: 'vhdx',
  vmdk: 'vmdk',
  vdi: 'vdi',
  raw: 'raw',
  img: 'raw',
};

/** The format that a file's name promises, for files that are still to be written. Pure. */
export function formatOfName(file: string): ImageFormat | undefined {
  return endings[/\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? ''];
}
