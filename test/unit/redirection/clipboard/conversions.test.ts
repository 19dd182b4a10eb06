import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { contentForGuest, contentForHost } from '../../../../src/redirection/clipboard/convert.ts';
import {
  bmpFromPicture,
  dibFromPicture,
  pictureFromBmp,
  pictureFromDib,
} from '../../../../src/redirection/clipboard/dib.ts';
import { htmlForGuest, htmlForHost } from '../../../../src/redirection/clipboard/html-format.ts';
import { mostPixels } from '../../../../src/redirection/clipboard/picture.ts';
import { textForGuest, textForHost } from '../../../../src/redirection/clipboard/plain-text.ts';
import { pictureFromPng, pngFromPicture } from '../../../../src/redirection/clipboard/png.ts';

describe('text', () => {
  it('has the line ends of its side, and ends at a zero in the guest', () => {
    expect(String(textForGuest(Buffer.from('a\nb\r\nc\rd\0e')))).toBe('a\r\nb\r\nc\r\nd');
    expect(String(textForHost(Buffer.from('a\r\nb\nc\rd')))).toBe('a\nb\nc\nd');
  });

  it('of the guest has nothing that a terminal would obey', () => {
    const evil = 'safe\x1b[201~rm -rf ~\n\x07\x9b31m\ttab\x7f\0end';
    expect(String(textForHost(Buffer.from(evil)))).toBe('safe[201~rm -rf ~\n31m\ttabend');
  });

  it('keeps every plane', () => {
    const text = 'é 漢 😀 \u{10fffd}';
    expect(String(textForHost(textForGuest(Buffer.from(text))))).toBe(text);
  });
});

describe('HTML', () => {
  const offsets = (made: Buffer) => {
    const text = made.toString('latin1');
    const at = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(text)?.[1]);
    return {
      document: String(made.subarray(at('StartHTML'), at('EndHTML'))),
      fragment: String(made.subarray(at('StartFragment'), at('EndFragment'))),
    };
  };

  it.each([
    ['a fragment', '<b>ü 漢</b>', '<b>ü 漢</b>'],
    ['a document', '<html><BODY class="x"><p>é</p></BODY></html>', '<p>é</p>'],
    [
      'one with marks',
      '<html><body>x<!--StartFragment--><i>y</i><!--EndFragment--></body></html>',
      '<i>y</i>',
    ],
    ['a body that never ends', '<body><p>z', '<p>z'],
  ])('%s goes into the guest with byte offsets', (_, html, fragment) => {
    const made = htmlForGuest(Buffer.from(html));
    expect(offsets(made).fragment).toBe(fragment);
    expect(offsets(made).document).toContain(html.slice(0, 5));
    expect(String(htmlForHost(made))).toContain(fragment);
  });

  it.each([
    ['little', Buffer.from('\ufeff<b>é</b>', 'utf16le')],
    ['big', Buffer.from('\ufeff<b>é</b>', 'utf16le').swap16()],
  ])('of %s-endian UTF-16 is read by its mark', (_, bytes) => {
    expect(offsets(htmlForGuest(bytes)).fragment).toBe('<b>é</b>');
  });

  it.each([
    ['that never ends', '<body '.repeat(40_000), 0],
    ['that never begins', '<bodyx>'.repeat(40_000), 0],
    ['that ends all the time', `<body>${'</body '.repeat(40_000)}`, 0],
    ['behind letters that grow when they are made small', `<body>${'\u0130'.repeat(5)}</body>x`, 5],
  ])('with a body %s goes into the guest at once', (_, html, letters) => {
    const begun = performance.now();
    const { document, fragment } = offsets(htmlForGuest(Buffer.from(html)));
    expect(performance.now() - begun).toBeLessThan(500);
    expect(document.replace(/<!--(Start|End)Fragment-->/g, '')).toContain(html);
    if (letters > 0) expect(fragment).toBe('\u0130'.repeat(letters));
  });

  it('comes as UTF-8 that says so', () => {
    const made = htmlForGuest(Buffer.from('<b>é</b>'));
    expect(String(htmlForHost(made))).toMatch(/^<meta [^>]*charset=utf-8"><html>/);
  });

  it.each([
    ['no header', '<b>x</b>'],
    ['no offsets', 'Version:0.9\r\n<b>x</b>'],
    ['offsets behind the end', 'Version:0.9\r\nStartHTML:1\r\nEndHTML:99999\r\n<b>x</b>'],
    ['offsets the wrong way round', 'Version:0.9\r\nStartFragment:40\r\nEndFragment:20\r\n<b>x</b>'],
    [
      'offsets of another kind',
      'Version:0.9\r\nStartHTML:-1\r\nEndHTML:1e3\r\nStartFragment:0x10\r\nEndFragment:NaN\r\n',
    ],
    ['nothing', ''],
    ['a header without end', `Version:0.9\r\n${'A:1\r\n'.repeat(100_000)}`],
  ])('of a hostile guest is refused: %s', (_, text) => {
    expect(htmlForHost(Buffer.from(text))).toBeUndefined();
  });
});

const opaque = {
  ...{ width: 3, height: 2, opaque: true },
  rgba: Buffer.from([
    1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255, 16, 17, 18, 255,
  ]),
};

/** A bitmap's header with what differs. */
function dib(
  fields: {
    size?: number;
    width?: number;
    height?: number;
    planes?: number;
    bits?: number;
    compression?: number;
  },
  ...rest: number[]
): Buffer {
  const { size = 40, width = 1, height = 1, planes = 1, bits = 32, compression = 0 } = fields;
  const header = Buffer.alloc(Math.max(40, Math.min(size, 124)));
  header.writeUInt32LE(size, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(height, 8);
  header.writeUInt16LE(planes, 12);
  header.writeUInt16LE(bits, 14);
  header.writeUInt32LE(compression, 16);
  return Buffer.concat([header, Buffer.from(rest)]);
}

describe('pictures', () => {
  it('go through every format without a difference', async () => {
    expect(await pictureFromDib(await dibFromPicture(opaque))).toEqual(opaque);
    expect(await pictureFromBmp(await bmpFromPicture(opaque))).toEqual(opaque);
    const png = await pngFromPicture(opaque);
    expect(await pictureFromPng(png)).toEqual(opaque);
    expect(PNG.sync.read(png).data).toEqual(opaque.rgba);
    const clear = { ...opaque, opaque: false, rgba: Buffer.from(opaque.rgba) };
    clear.rgba[3] = 7;
    expect(await pictureFromPng(await pngFromPicture(clear))).toEqual(clear);
  });

  it('that shine through become white behind in the guest', async () => {
    const rgba = Buffer.from([0, 100, 255, 0]);
    const seen = await pictureFromDib(await dibFromPicture({ width: 1, height: 1, opaque: false, rgba }));
    expect([...(seen?.rgba ?? [])]).toEqual([255, 255, 255, 255]);
  });

  it.each([
    ['32 bits, whose fourth byte means nothing', dib({}, 30, 20, 10, 77), [10, 20, 30, 255]],
    ['top-down', dib({ height: -1, bits: 24 }, 30, 20, 10, 0), [10, 20, 30, 255]],
    ['15 bits', dib({ bits: 16 }, 0x1f, 0x7c, 0, 0), [255, 0, 255, 255]],
    [
      '16 bits by masks',
      dib({ bits: 16, compression: 3 }, 0, 0xf8, 0, 0, 0xe0, 7, 0, 0, 0x1f, 0, 0, 0, 0xe0, 7, 0, 0),
      [0, 255, 0, 255],
    ],
    ['one bit', dib({ bits: 1 }, 3, 2, 1, 0, 30, 20, 10, 0, 0x80, 0, 0, 0), [10, 20, 30, 255]],
  ])('of %s are read', async (_, bytes, rgba) => {
    expect([...((await pictureFromDib(bytes))?.rgba ?? [])]).toEqual(rgba);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut off in the header', dib({}).subarray(0, 39)],
    ['cut off in the pixels', dib({ width: 2, height: 2 }, 0, 0, 0, 0)],
    ['without width', dib({ width: 0 }, 0, 0, 0, 0)],
    ['of negative width', dib({ width: -5 }, 0, 0, 0, 0)],
    ['of the lowest height', dib({ height: -(2 ** 31) }, 0, 0, 0, 0)],
    ['gigantic', dib({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, 0, 0, 0, 0)],
    ['larger than is taken', dib({ width: mostPixels + 1, bits: 1 }, ...Array(64).fill(0))],
    ['of one row that lasts', dib({ width: 2 ** 18, bits: 1 }, ...Array(2 ** 15 + 8).fill(0))],
    ['of two planes', dib({ planes: 2 }, 0, 0, 0, 0)],
    ['of 7 bits', dib({ bits: 7 }, 0, 0, 0, 0)],
    ['compressed', dib({ bits: 8, compression: 1 }, ...Array(2000).fill(0))],
    ['with a header of 4 GiB', dib({ size: 0xffff_ffff }, 0, 0, 0, 0)],
    ['with a header of nothing', dib({ size: 0 }, 0, 0, 0, 0)],
  ])('of a hostile guest are refused: %s', async (_, bytes) => {
    expect(await pictureFromDib(bytes)).toBeUndefined();
    expect(await contentForHost('image/png', bytes)).toBeUndefined();
  });

  it('do not keep others waiting, however large', async () => {
    const large = { width: 2048, height: 2048, opaque: true, rgba: Buffer.alloc(2048 * 2048 * 4, 255) };
    const bytes = await dibFromPicture(large);
    let turns = 0;
    const others = setInterval(() => turns++);
    try {
      expect(await contentForHost('image/bmp', bytes)).toHaveLength(14 + bytes.length);
    } finally {
      clearInterval(others);
    }
    expect(turns).toBeGreaterThan(8);
  });

  it('are refused by their size before they are unpacked, and when they are broken', async () => {
    const bomb = Buffer.from(await pngFromPicture(opaque));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    expect(await pictureFromPng(bomb)).toBeUndefined();
    const broken = Buffer.from(await pngFromPicture(opaque));
    broken.fill(0xff, 43, 50);
    expect(await contentForGuest('image/png', broken)).toBeUndefined();
    expect(await contentForGuest('image/png', deflateSync('no PNG'))).toBeUndefined();
    expect(await contentForGuest('image/bmp', Buffer.from('BM'))).toBeUndefined();
  });
});

it('what calls itself RTF is RTF', async () => {
  expect(await contentForHost('text/rtf', Buffer.from('{\\rtf1}'))).toBeDefined();
  expect(await contentForHost('text/rtf', Buffer.from('MZ'))).toBeUndefined();
});
