import x11, { type Client, type Display, type XTest } from 'x11';
import type { Point, Rect } from '../../src/shared/geometry.ts';
import { pollUntil } from './polling.ts';
import { ScreenMemory } from './screen-memory.ts';

/** Event types of XTest's FakeInput: those of the core protocol. */
const keyPress = 2;
const keyRelease = 3;
const buttonPress = 4;
const buttonRelease = 5;
const motion = 6;

const zPixmap = 2;
const allPlanes = 0xffff_ffff;

/**
 * Hand and eye on a display, on one clock: input by XTest, pixels out of the server's own memory, so that what is
 * measured holds every step between the server's input and the server's screen, and nothing else.
 */
export class Eye {
  readonly screen: ScreenMemory;
  readonly #client: Client;
  readonly #root: number;
  readonly #test: XTest;

  private constructor(client: Client, root: number, test: XTest, screen: ScreenMemory) {
    this.#client = client;
    this.#root = root;
    this.#test = test;
    this.screen = screen;
  }

  /** `folder` is where the display's Xvfb keeps its screen (`-fbdir`). Call `close`. */
  static async open(display: string, folder: string): Promise<Eye> {
    const screen = await ScreenMemory.open(folder);
    return new Promise((resolve, reject) => {
      const client = x11.createClient({ display, shm: false }, (error, made: Display) => {
        if (error) reject(error);
        else {
          made.client.require('xtest', (missing, test) => {
            if (missing) reject(missing);
            else resolve(new Eye(made.client, made.screen[0]?.root ?? 0, test, screen));
            return true;
          });
        }
      });
      client.on('error', () => undefined);
    });
  }

  close(): void {
    this.#client.terminate();
    this.screen.close();
  }

  /** Presses and releases a key (X key code). */
  tap(keycode: number): void {
    this.#test.FakeInput(keyPress, keycode, 0, this.#root, 0, 0);
    this.#test.FakeInput(keyRelease, keycode, 0, this.#root, 0, 0);
  }

  button(button: number, down: boolean): void {
    this.#test.FakeInput(down ? buttonPress : buttonRelease, button, 0, this.#root, 0, 0);
  }

  moveTo({ x, y }: Point): void {
    this.#test.FakeInput(motion, 0, 0, this.#root, x, y);
  }

  /**
   * A rectangle as the server has it between two requests: never half of a drawing call. 32-bit BGRX. Costs the
   * server a copy, so it is for moments of doubt.
   */
  image({ x, y, width, height }: Rect): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.GetImage(zPixmap, this.#root, x, y, width, height, allPlanes, (error, image) => {
        if (error) reject(error);
        else resolve(image.data);
        return true;
      });
    });
  }

  /** Resolves to whether the rectangle came to show `picture` (BGRX) within `timeoutMs`. */
  async untilShows(rect: Rect, picture: Buffer, timeoutMs: number): Promise<boolean> {
    const shows = await pollUntil(() => (this.screen.shows(rect, picture) ? true : undefined), timeoutMs);
    return shows === true;
  }
}

/** X key codes of every PC keyboard (evdev code + 8) that the guest's program listens to. */
export const keycodes = {
  space: 65,
  down: 116,
  B: 56,
  C: 54,
  E: 26,
  H: 43,
  I: 31,
  L: 46,
  M: 58,
  N: 57,
  O: 32,
  S: 39,
  T: 28,
  W: 25,
  X: 53,
  escape: 9,
} as const;
