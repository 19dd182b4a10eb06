/** One regular file of an archive. */
export interface ArchiveFile {
  /** ASCII, at most 99 bytes, no folder. */
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

const blockBytes = 512;

/**
 * A POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange Format"): plain files, owner 0, time 0, so
 * that the same content gives the same bytes. Its size is a multiple of 512: it serves as a disk of the VM.
 */
export function ustar(files: readonly ArchiveFile[]): Buffer {
  const parts = files.flatMap((file) => [header(file), file.content, padding(file.content.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

function header(file: ArchiveFile): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(file.name, 0, 99, 'ascii');
  octal(block, 100, 8, file.mode);
  octal(block, 108, 8, 0); // uid
  octal(block, 116, 8, 0); // gid
  octal(block, 124, 12, file.content.length);
  octal(block, 136, 12, 0); // time
  block.fill(' ', 148, 156); // the checksum counts itself as spaces
  block.write('0', 156, 'ascii'); // regular file
  block.write('ustar\x0000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

function octal(block: Buffer, offset: number, width: number, value: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'ascii');
}
