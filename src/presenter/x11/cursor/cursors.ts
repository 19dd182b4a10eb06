import type { PointerImage, PointerLook, PointerShape } from '../../presenter.ts';
import type { Render, XConnection } from '../x11-client.ts';
import { blankCursor } from './blank-cursor.ts';
import type { ThemeImage } from './cursor-file.ts';
import { CursorTheme } from './cursor-theme.ts';
import { shapeNames } from './shape-names.ts';

/** Pictures that surfaces show or showed lately; more are made anew. */
const MOST_IMAGES = 64;
/** Predefined atoms. */
const RESOURCE_MANAGER = 23;
const STRING = 31;
const MOST_RESOURCE_WORDS = 16_384;
const Z_PIXMAP = 2;
const BLACK = { R: 0, G: 0, B: 0 };
const WHITE = { R: 0xffff, G: 0xffff, B: 0xffff };

/** The pointers of one X server as its resources: the theme's by shape, the guest's by content. */
export class Cursors {
  readonly #connection: XConnection;
  readonly #render: Render | undefined;
  readonly #theme: CursorTheme;
  readonly #shapes = new Map<PointerShape, Promise<number>>();
  /** By the pictures' keys, the one that was not used for longest first. */
  readonly #images = new Map<string, number>();
  /** What each window is to show: reading the theme takes a moment. */
  readonly #wanted = new Map<number, PointerLook>();
  #blank: number | undefined;
  #font: number | undefined;

  private constructor(connection: XConnection, render: Render | undefined, theme: CursorTheme) {
    this.#connection = connection;
    this.#render = render;
    this.#theme = theme;
  }

  static async open(connection: XConnection): Promise<Cursors> {
    const { client, root } = connection;
    const [render, resources] = await Promise.all([
      connection.ask<Render>((reply) => client.require('render', reply)),
      connection.ask<{ data: Buffer }>((reply) =>
        client.GetProperty(0, root, RESOURCE_MANAGER, STRING, 0, MOST_RESOURCE_WORDS, reply),
      ),
    ]);
    const text = resources?.data.toString('latin1') ?? '';
    return new Cursors(connection, render, new CursorTheme({ resources: text, env: process.env }));
  }

  /** The pointer looks like this over the window from now on, until the next call or `forget`. */
  show(window: number, look: PointerLook): void {
    this.#wanted.set(window, look);
    if (look.kind !== 'shape') {
      this.#apply(window, look.kind === 'hidden' ? this.#hidden() : this.#imageOf(look.image));
      return;
    }
    void this.#shapeOf(look.shape).then((cursor) => {
      if (this.#wanted.get(window) === look) this.#apply(window, cursor);
    });
  }

  forget(window: number): void {
    this.#wanted.delete(window);
  }

  #apply(window: number, cursor: number): void {
    if (!this.#connection.ended) this.#connection.client.ChangeWindowAttributes(window, { cursor });
  }

  #shapeOf(shape: PointerShape): Promise<number> {
    let cursor = this.#shapes.get(shape);
    if (cursor === undefined) {
      cursor = this.#makeShape(shape);
      this.#shapes.set(shape, cursor);
    }
    return cursor;
  }

  async #makeShape(shape: PointerShape): Promise<number> {
    const { theme, glyph } = shapeNames[shape];
    const images = this.#render ? await this.#theme.find(theme) : [];
    if (this.#connection.ended) return 0;
    return images.length > 0 ? this.#animated(images) : this.#glyph(glyph);
  }

  #animated(images: readonly ThemeImage[]): number {
    const frames = images.map((image) => ({ cursor: this.#fromPixels(image), delay: image.delayMs }));
    const [first] = frames;
    if (!first || frames.length === 1) return first?.cursor ?? 0;
    const { client } = this.#connection;
    const cursor = client.AllocID();
    this.#render?.CreateAnimCursor(cursor, frames);
    for (const frame of frames) client.FreeCursor(frame.cursor);
    return cursor;
  }

  /** Of the X server's own font, which every server has. */
  #glyph(glyph: number): number {
    const { client } = this.#connection;
    if (this.#font === undefined) {
      this.#font = client.AllocID();
      client.OpenFont(this.#font, 'cursor');
    }
    const cursor = client.AllocID();
    client.CreateGlyphCursor(cursor, this.#font, this.#font, glyph, glyph + 1, BLACK, WHITE);
    return cursor;
  }

  /** Windows keep showing a cursor that was freed. */
  #imageOf(image: PointerImage): number {
    const known = this.#images.get(image.key);
    const cursor =
      known ?? this.#fromPixels({ ...image, ...hotOf(image), pixels: premultiplied(image.bgra) });
    this.#images.delete(image.key);
    this.#images.set(image.key, cursor);
    if (this.#images.size > MOST_IMAGES) {
      for (const [oldest, unused] of this.#images) {
        this.#images.delete(oldest);
        if (unused !== 0) this.#connection.client.FreeCursor(unused);
        break;
      }
    }
    return cursor;
  }

  /** 0, the surroundings' own pointer, on a server without RENDER. */
  #fromPixels({ width, height, hotX, hotY, pixels }: Omit<ThemeImage, 'delayMs'>): number {
    const { client, root } = this.#connection;
    if (!this.#render || this.#connection.ended) return 0;
    const [pixmap, gc, picture, cursor] = [
      client.AllocID(),
      client.AllocID(),
      client.AllocID(),
      client.AllocID(),
    ];
    client.CreatePixmap(pixmap, root, 32, width, height);
    client.CreateGC(gc, pixmap, {});
    client.PutImage(Z_PIXMAP, pixmap, gc, width, height, 0, 0, 0, 32, pixels);
    this.#render.CreatePicture(picture, pixmap, this.#render.rgba32);
    this.#render.CreateCursor(cursor, picture, hotX, hotY);
    this.#render.FreePicture(picture);
    client.FreeGC(gc);
    client.FreePixmap(pixmap);
    return cursor;
  }

  #hidden(): number {
    this.#blank ??= blankCursor(this.#connection);
    return this.#blank;
  }
}

function hotOf({ hotSpot }: PointerImage) {
  return { hotX: hotSpot.x, hotY: hotSpot.y };
}

/** RENDER takes colours already weighed by their alpha. */
function premultiplied(bgra: Uint8Array): Buffer {
  const pixels = Buffer.from(bgra);
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    for (let part = at; part < at + 3; part++) pixels[part] = Math.round(((pixels[part] ?? 0) * alpha) / 255);
  }
  return pixels;
}
