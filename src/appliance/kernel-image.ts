import { readFile, rm, writeFile } from 'node:fs/promises';
import { XPaneError } from '../shared/errors.ts';
import { runTool } from './build-tool.ts';

// Documentation/x86/boot.rst: offsets into a bzImage's set-up header. The payload counts from the end of the set-up.
const SETUP_SECTORS = 0x1f1;
const MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** After the packed kernel stands its unpacked size. */
const SIZE_BYTES = 4;
const sectorBytes = 512;
const xzMagic = Buffer.from('fd377a585a00', 'hex');

/**
 * Unpacks the kernel in a bzImage to the ELF program it is, which QEMU starts by its PVH entry. Left to itself the
 * kernel would unpack at every boot: 11 s in an emulated processor (measured), and 3 s here, once.
 *
 * Throws `appliance.build-failed`.
 */
export async function unpackKernelImage(
  bzImage: string,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const packed = `${output}.xz`;
  await writeFile(packed, kernelPayload(await readFile(bzImage)));
  await runTool({
    command: 'bash',
    args: ['-c', 'xz --decompress --stdout "$1" > "$2"', 'unpack', packed, output],
    purpose: 'unpacking the kernel',
    timeoutMs: 5 * 60_000,
    signal,
  });
  await rm(packed);
}

/** The xz file in a bzImage. Pure. Throws `appliance.build-failed` for a kernel that is packed another way. */
export function kernelPayload(bzImage: Buffer): Buffer {
  if (bzImage.length > PAYLOAD_LENGTH + 4 && bzImage.toString('latin1', MAGIC, MAGIC + 4) === 'HdrS') {
    const setupBytes = (bzImage.readUInt8(SETUP_SECTORS) + 1) * sectorBytes;
    const start = setupBytes + bzImage.readUInt32LE(PAYLOAD_OFFSET);
    const payload = bzImage.subarray(start, start + bzImage.readUInt32LE(PAYLOAD_LENGTH) - SIZE_BYTES);
    if (payload.subarray(0, xzMagic.length).equals(xzMagic)) return payload;
  }
  throw new XPaneError(
    'appliance.build-failed',
    'Debian’s kernel is packed in a way that this version of XPane does not know.',
    'Report this: XPane has to be adapted to this kernel.',
  );
}
