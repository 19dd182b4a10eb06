import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { PNG } from 'pngjs';
import { eachRow, isSize, type Picture } from './picture.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
const TRUE_COLOUR = 2;
const WITH_ALPHA = 6;
const compress = promisify(deflate);

/** Undefined: it is no PNG, or too large. The size is known before anything is unpacked. */
export async function pictureFromPng(bytes: Uint8Array): Promise<Picture | undefined> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPng = data.length > 33 && data.subarray(0, 8).equals(signature);
  if (!isPng || !isSize(data.readUInt32BE(16), data.readUInt32BE(20))) return undefined;
  const png = await new Promise<PNG | undefined>((resolve) => {
    new PNG().parse(data, (error, parsed) => resolve(error ? undefined : parsed));
  });
  if (!png) return undefined;
  const { width, height, data: rgba } = png;
  return { width, height, rgba, opaque: await isOpaque({ width, height, rgba }) };
}

/** As plain as a PNG can be, so that it is quick: rows without filters, packed off the event loop. */
export async function pngFromPicture({ width, height, rgba, opaque }: Picture): Promise<Buffer> {
  const size = opaque ? 3 : 4;
  const rows = Buffer.alloc((width * size + 1) * height);
  await eachRow({ width, height }, (y) => {
    let to = y * (width * size + 1);
    rows[to++] = 0;
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
      rows[to++] = rgba[from] ?? 0;
      rows[to++] = rgba[from + 1] ?? 0;
      rows[to++] = rgba[from + 2] ?? 0;
      if (!opaque) rows[to++] = rgba[from + 3] ?? 0;
    }
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = opaque ? TRUE_COLOUR : WITH_ALPHA;
  const pixels = await compress(rows, { level: 3 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

async function isOpaque({ width, height, rgba }: Omit<Picture, 'opaque'>): Promise<boolean> {
  let least = 255;
  await eachRow({ width, height }, (y) => {
    for (let at = y * width * 4 + 3; at < (y + 1) * width * 4; at += 4)
      least = Math.min(least, rgba[at] ?? 0);
  });
  return least === 255;
}
