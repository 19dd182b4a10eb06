import type { Rect, Size } from '../../../shared/geometry.ts';
import type { XEvent } from '../x11-client.ts';
import { Placement } from './placement.ts';
import type { XWindow } from './x-window.ts';

/** How long a window manager may take to answer a wish for another place. */
const SETTLE_MS = 250;
/** How long a window manager may take to make a window grow out of its icon. */
const ANIMATION_MS = 400;
/** Set in the type of events that another client made up. */
const SYNTHETIC = 0x80;

export interface GeometryOptions {
  readonly window: XWindow;
  readonly root: number;
  readonly initial: Rect;
  /** An icon's place is not the window's. */
  readonly isMinimised: () => boolean;
  /** The content is elsewhere now, by somebody else's will. */
  readonly onPlaced: (content: Rect) => void;
  /** The window manager put a frame around it, or took it away; the frame's moves are to come to `frameMoved`. */
  readonly onFramed: (frame: number | undefined) => void;
}

/**
 * Knows where a window's content is on the screen, under whatever frames a window manager puts around it: events
 * that tell it in root coordinates (synthetic ones, ICCCM 4.2.3) are believed, all others make it ask.
 */
export class WindowGeometry {
  readonly #options: GeometryOptions;
  readonly #placement: Placement;
  /** Of the window, as last heard. */
  #size: Size;
  #framed = false;
  #heard = 0;
  #animatedUntil = 0;
  #settling: NodeJS.Timeout | undefined;
  #animation: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: GeometryOptions) {
    this.#options = options;
    this.#placement = new Placement(options.initial);
    this.#size = options.initial;
  }

  get content(): Rect {
    return this.#placement.current;
  }

  /** Where it is wanted, if that has not come true yet; where it is, otherwise. */
  get expected(): Rect {
    return this.#placement.expected;
  }

  /** The owner of the window wants it there; an answer is due once the window is mapped. */
  wish(content: Rect, mapped: boolean): void {
    this.#placement.wish(content);
    if (mapped) this.#settleLater();
  }

  mapped(): void {
    this.#settleLater();
  }

  /** It comes out of its icon: frames that fly over the screen for a moment mean nothing. */
  restored(): void {
    this.#animatedUntil = performance.now() + ANIMATION_MS;
    clearTimeout(this.#animation);
    this.#animation = setTimeout(() => this.#measure(), ANIMATION_MS + 1);
  }

  configured(event: XEvent): void {
    const { x, y, width, height } = event;
    this.#size = { width, height };
    const synthetic = ((event.rawData[0] ?? 0) & SYNTHETIC) !== 0;
    if (!synthetic && this.#framed) {
      this.#measure();
      return;
    }
    this.#heard++;
    this.#observed({ x, y, width, height });
  }

  reparented(parent: number): void {
    this.#framed = parent !== this.#options.root;
    void this.#watchFrame();
  }

  /** The window manager's frame moved, and the window in it. */
  frameMoved(): void {
    this.#measure();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#settling);
    clearTimeout(this.#animation);
  }

  async #watchFrame(): Promise<void> {
    const frame = this.#framed ? await this.#options.window.watchFrame() : undefined;
    if (!this.#disposed) this.#options.onFramed(frame);
  }

  /** Asks where the window really is. The answer does not count if anything was heard meanwhile. */
  #measure(): void {
    const serial = ++this.#heard;
    void this.#options.window.position().then((at) => {
      if (!at || serial !== this.#heard || this.#disposed) return;
      if (this.#options.isMinimised() || performance.now() < this.#animatedUntil) return;
      this.#observed({ ...at, ...this.#size });
    });
  }

  #observed(rect: Rect): void {
    const news = this.#placement.observe(rect);
    if (news) this.#options.onPlaced(news);
    else if (this.#placement.waiting) this.#settleLater();
  }

  #settleLater(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const news = this.#placement.settle();
      if (news) this.#options.onPlaced(news);
    }, SETTLE_MS);
  }
}
