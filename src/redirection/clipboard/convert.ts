import { bmpFromPicture, dibFromPicture, pictureFromBmp, pictureFromDib } from './dib.ts';
import type { HostType } from './formats.ts';
import { htmlForGuest, htmlForHost } from './html-format.ts';
import { textForGuest, textForHost } from './plain-text.ts';
import { pictureFromPng, pngFromPicture } from './png.ts';

/** Files cross by themselves: `copied-files`. */
type ContentType = Exclude<HostType, 'text/uri-list'>;

/** Content of this desktop as the guest's clipboard has it. Undefined: it is not what it says, or too large. */
export async function contentForGuest(
  type: ContentType,
  content: Uint8Array,
): Promise<Uint8Array | undefined> {
  switch (type) {
    case 'text/plain':
      return textForGuest(content);
    case 'text/html':
      return htmlForGuest(content);
    case 'text/rtf':
      return content;
    case 'image/png': {
      const picture = await pictureFromPng(content);
      return picture && (await dibFromPicture(picture));
    }
    case 'image/bmp': {
      const picture = await pictureFromBmp(content);
      return picture && (await dibFromPicture(picture));
    }
  }
}

/** Content of the guest's clipboard as this desktop's programs want it; pictures are made anew of their pixels. */
export async function contentForHost(
  type: ContentType,
  untrusted: Uint8Array,
): Promise<Uint8Array | undefined> {
  switch (type) {
    case 'text/plain':
      return textForHost(untrusted);
    case 'text/html':
      return htmlForHost(untrusted);
    case 'text/rtf':
      return isRtf(untrusted) ? untrusted : undefined;
    case 'image/png': {
      const picture = await pictureFromDib(untrusted);
      return picture && (await pngFromPicture(picture));
    }
    case 'image/bmp': {
      const picture = await pictureFromDib(untrusted);
      return picture && (await bmpFromPicture(picture));
    }
  }
}

function isRtf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '{\\rtf';
}
