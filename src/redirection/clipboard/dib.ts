import { eachRow, isSize, type Picture } from './picture.ts';

/** Windows' device-independent bitmaps (CF_DIB, CF_DIBV5): a header of 40 to 124 bytes, masks or colours, pixels. */

const INFO_HEADER = 40;
const V4_HEADER = 108;
const V5_HEADER = 124;
const FILE_HEADER = 14;
const BI_RGB = 0;
const BI_BITFIELDS = 3;

/** How a pixel's number becomes colours: through a table, or by masks. */
interface Layout {
  readonly bits: number;
  readonly palette: Buffer | undefined;
  readonly masks: readonly [number, number, number, number];
  /** Where the pixels begin. */
  readonly at: number;
}

/** Undefined: it is no picture, is compressed, too large, or cut off. Pure. */
export async function pictureFromDib(untrusted: Uint8Array): Promise<Picture | undefined> {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  if (bytes.length < INFO_HEADER) return undefined;
  const width = bytes.readInt32LE(4);
  const signedHeight = bytes.readInt32LE(8);
  const height = Math.abs(signedHeight);
  if (!isSize(width, height) || bytes.readUInt16LE(12) !== 1) return undefined;
  const layout = layoutOf(bytes);
  if (!layout) return undefined;
  const stride = Math.ceil((width * layout.bits) / 32) * 4;
  if (layout.at + stride * height > bytes.length) return undefined;
  const rgba = Buffer.alloc(width * height * 4);
  const read = readerOf(layout, bytes);
  let seen = 0;
  let least = 255;
  await eachRow({ width, height }, (y) => {
    const row = layout.at + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0, to = y * width * 4; x < width; x++, to += 4) {
      const alpha = read(row, x, rgba, to);
      seen |= alpha;
      if (alpha < least) least = alpha;
    }
  });
  // Many programs leave the fourth byte zero and mean nothing by it.
  const opaque = least === 255 || seen === 0;
  if (seen === 0) {
    await eachRow({ width, height }, (y) => {
      for (let at = y * width * 4 + 3; at < (y + 1) * width * 4; at += 4) rgba[at] = 255;
    });
  }
  return { width, height, rgba, opaque };
}

/** Of 24 bits, as every program of Windows XP reads it: what shines through becomes white. Pure. */
export async function dibFromPicture({ width, height, rgba }: Picture): Promise<Buffer> {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(INFO_HEADER + stride * height);
  bytes.writeUInt32LE(INFO_HEADER, 0);
  bytes.writeInt32LE(width, 4);
  bytes.writeInt32LE(height, 8);
  bytes.writeUInt16LE(1, 12);
  bytes.writeUInt16LE(24, 14);
  bytes.writeUInt32LE(stride * height, 20);
  await eachRow({ width, height }, (y) => {
    let to = INFO_HEADER + stride * (height - 1 - y);
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4, to += 3) {
      const alpha = rgba[from + 3] ?? 255;
      for (let channel = 0; channel < 3; channel++) {
        const value = rgba[from + channel] ?? 0;
        bytes[to + 2 - channel] =
          alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
      }
    }
  });
  return bytes;
}

/** A BMP file is a bitmap behind a header of its own. Undefined: as `pictureFromDib`. Pure. */
export async function pictureFromBmp(bytes: Uint8Array): Promise<Picture | undefined> {
  const isBmp = bytes.length > FILE_HEADER && bytes[0] === 0x42 && bytes[1] === 0x4d;
  return isBmp ? await pictureFromDib(bytes.subarray(FILE_HEADER)) : undefined;
}

/** Pure. */
export async function bmpFromPicture(picture: Picture): Promise<Buffer> {
  const dib = await dibFromPicture(picture);
  const header = Buffer.alloc(FILE_HEADER);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(FILE_HEADER + dib.length, 2);
  header.writeUInt32LE(FILE_HEADER + INFO_HEADER, 10);
  return Buffer.concat([header, dib]);
}

function layoutOf(bytes: Buffer): Layout | undefined {
  const headerBytes = bytes.readUInt32LE(0);
  const bits = bytes.readUInt16LE(14);
  const compression = bytes.readUInt32LE(16);
  const isHeader = headerBytes >= INFO_HEADER && headerBytes <= V5_HEADER && headerBytes <= bytes.length;
  if (!isHeader) return undefined;
  if (bits === 1 || bits === 4 || bits === 8) {
    const colours = bytes.readUInt32LE(32) || 2 ** bits;
    if (compression !== BI_RGB || colours > 2 ** bits) return undefined;
    const palette = bytes.subarray(headerBytes, headerBytes + colours * 4);
    return { bits, palette, masks: [0, 0, 0, 0], at: headerBytes + colours * 4 };
  }
  if (bits === 24 && compression === BI_RGB) {
    return { bits, palette: undefined, masks: [0xff0000, 0xff00, 0xff, 0], at: headerBytes };
  }
  if (bits !== 16 && bits !== 32) return undefined;
  if (compression === BI_RGB) {
    const alpha = headerBytes >= V4_HEADER ? bytes.readUInt32LE(52) : 0;
    const masks =
      bits === 16 ? ([0x7c00, 0x3e0, 0x1f, 0] as const) : ([0xff0000, 0xff00, 0xff, alpha] as const);
    return { bits, palette: undefined, masks, at: headerBytes };
  }
  const hasOwn = headerBytes >= V4_HEADER;
  // Behind a header of the old form come three masks; newer ones have them inside, and a fourth.
  if (compression !== BI_BITFIELDS || bytes.length < INFO_HEADER + (hasOwn ? 16 : 12)) return undefined;
  const mask = (index: number) => bytes.readUInt32LE(INFO_HEADER + index * 4);
  return {
    bits,
    palette: undefined,
    masks: [mask(0), mask(1), mask(2), hasOwn ? mask(3) : 0],
    at: headerBytes + (hasOwn || headerBytes > INFO_HEADER ? 0 : 12),
  };
}

/** Writes the pixel's colours, gives its alpha. */
type PixelReader = (row: number, x: number, rgba: Buffer, to: number) => number;

function readerOf({ bits, palette, masks }: Layout, bytes: Buffer): PixelReader {
  if (palette) {
    return (row, x, rgba, to) => {
      const byte = bytes[row + ((x * bits) >> 3)] ?? 0;
      const index = (byte >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
      for (let channel = 0; channel < 3; channel++)
        rgba[to + channel] = palette[index * 4 + 2 - channel] ?? 0;
      rgba[to + 3] = 255;
      return 255;
    };
  }
  const isCommon = bits > 16 && masks[0] === 0xff0000 && masks[1] === 0xff00 && masks[2] === 0xff;
  if (isCommon && (masks[3] === 0 || masks[3] === 0xff000000))
    return commonReader(bits >> 3, masks[3] !== 0, bytes);
  const [red, green, blue, alpha] = masks.map(channelOf);
  const size = bits >> 3;
  return (row, x, rgba, to) => {
    const pixel = bytes.readUIntLE(row + x * size, size);
    rgba[to] = red?.(pixel) ?? 0;
    rgba[to + 1] = green?.(pixel) ?? 0;
    rgba[to + 2] = blue?.(pixel) ?? 0;
    const value = masks[3] === 0 ? 255 : (alpha?.(pixel) ?? 255);
    rgba[to + 3] = value;
    return value;
  };
}

/** Blue, green and red in bytes of their own: what nearly all pictures are, and quick. */
function commonReader(size: number, hasAlpha: boolean, bytes: Buffer): PixelReader {
  return (row, x, rgba, to) => {
    const from = row + x * size;
    rgba[to] = bytes[from + 2] ?? 0;
    rgba[to + 1] = bytes[from + 1] ?? 0;
    rgba[to + 2] = bytes[from] ?? 0;
    const alpha = hasAlpha ? (bytes[from + 3] ?? 0) : 255;
    rgba[to + 3] = alpha;
    return alpha;
  };
}

/** What a mask picks, from 0 to 255. */
function channelOf(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) / most) * 255);
}
