import x11, { type Client, type Display, type XTest } from 'x11';
import type { Point, Rect } from '../src/shared/geometry.ts';

/**
 * Hand and eye on an X display, on one connection and one clock: keys by XTest, pixels by polling, so that what is
 * measured holds every step between the server's input and the server's screen, and nothing else.
 */
export class Eye {
  readonly #client: Client;
  readonly #root: number;
  readonly #test: XTest;

  private constructor(client: Client, root: number, test: XTest) {
    this.#client = client;
    this.#root = root;
    this.#test = test;
  }

  static open(display: string): Promise<Eye> {
    return new Promise((resolve, reject) => {
      const client = x11.createClient({ display, shm: false }, (error, made: Display) => {
        if (error) reject(error);
        else {
          made.client.require('xtest', (missing, test) => {
            if (missing) reject(missing);
            else resolve(new Eye(made.client, made.screen[0]?.root ?? 0, test));
            return true;
          });
        }
      });
      client.on('error', () => undefined);
    });
  }

  close(): void {
    this.#client.terminate();
  }

  /** Presses and releases a key (X key code). */
  tap(keycode: number): void {
    this.#test.FakeInput(2, keycode, 0, this.#root, 0, 0);
    this.#test.FakeInput(3, keycode, 0, this.#root, 0, 0);
  }

  /** The pixel as 0xRRGGBB. */
  pixel(at: Point): Promise<number> {
    return this.image({ ...at, width: 1, height: 1 }).then((bgrx) => bgrx.readUIntLE(0, 3));
  }

  image(rect: Rect): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.GetImage(
        2,
        this.#root,
        rect.x,
        rect.y,
        rect.width,
        rect.height,
        0xffff_ffff,
        (error, image) => {
          if (error) reject(error);
          else resolve(image.data);
          return true;
        },
      );
    });
  }

  /** Milliseconds until the pixel is another than `before`; throws after `timeoutMs`. */
  async untilChanged(at: Point, before: number, timeoutMs: number): Promise<number> {
    const start = performance.now();
    for (;;) {
      const now = await this.pixel(at);
      const elapsedMs = performance.now() - start;
      if (now !== before) return elapsedMs;
      if (elapsedMs > timeoutMs)
        throw new Error(`the pixel at ${at.x},${at.y} did not change in ${timeoutMs} ms`);
    }
  }
}
