import type {
  FocusWish,
  KeyEvent,
  PointerButton,
  Presenter,
  Surface,
  SurfaceEvents,
  SurfaceView,
} from '../presenter/presenter.ts';
import { presenterInView } from '../presenter/view/view-presenter.ts';
import type { XPaneError } from '../shared/errors.ts';
import type { Point, Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { GuestKeys } from './guest-keys.ts';
import { GuestPointer } from './guest-pointer.ts';
import { pointerLook } from './pointer-look.ts';
import { ScreenConnection } from './rfb/screen-connection.ts';
import type { PointerMode, ScreenCursor, ScreenEvents, ScreenPatch } from './rfb/screen-events.ts';

export interface DesktopViewOptions {
  /** Of the guest's screen: a unix socket that speaks RFB 3.8. */
  readonly socket: string;
  readonly presenter: Presenter;
  /** Larger pixels and the edge, as the guest's windows have them. */
  readonly view: SurfaceView | undefined;
  /** Marked as the guest's, and safe to show. */
  readonly title: string;
  readonly applicationClass: string;
  /** What the user did to have it opened, if anything. */
  readonly focus: FocusWish;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** What a relative mouse needs the user to do is in the title, before and after. */
const mouseHint = {
  free: ' (click to use the mouse)',
  locked: ' (Ctrl+Alt+Shift+P frees the mouse)',
} as const;

/** The window manager chooses the window's place within this; until then its size is left alone, or it would go to 0,0. */
const settlingMs = 500;

/**
 * The guest's own screen in a window of the host, with keyboard and pointer. It needs nothing in the guest and goes
 * from its BIOS to its end. Owned by whoever opened it, who must call `close`.
 */
export class DesktopView implements SurfaceEvents, ScreenEvents {
  /** Resolves once the window is gone: with why, or with undefined when the user or the owner closed it. */
  readonly ended: Promise<XPaneError | undefined>;
  readonly #options: DesktopViewOptions;
  /** In the guest's pixels. */
  readonly #presenter: Presenter;
  readonly #end = Promise.withResolvers<XPaneError | undefined>();
  readonly #keys = new GuestKeys((down, scancode, keysym) => this.#sendKey(down, scancode, keysym));
  #connection: ScreenConnection | undefined;
  #pointer: GuestPointer | undefined;
  #surface: Surface | undefined;
  /** The pointer is locked to the window: the mouse is the guest's. */
  #locked = false;
  #keysMissed = false;
  /** Runs until the window has its place. */
  #settling: NodeJS.Timeout | undefined;

  private constructor(options: DesktopViewOptions) {
    this.#options = options;
    this.#presenter = presenterInView(options.presenter, options.view);
    this.ended = this.#end.promise;
  }

  /** Resolves when the window is open. Throws XPaneError `desktop.*`, or `signal.reason`. */
  static async open(options: DesktopViewOptions): Promise<DesktopView> {
    const view = new DesktopView(options);
    const { socket: path, signal } = options;
    const connection = await ScreenConnection.open({ path, events: view, ...(signal ? { signal } : {}) });
    try {
      view.#show(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    return view;
  }

  /** Brings the window before the user. */
  raise(): void {
    // Out of its icon first, where it is one.
    this.#surface?.setState('normal');
    this.#surface?.activate();
  }

  close(): void {
    this.#finish(undefined);
  }

  #show(connection: ScreenConnection): void {
    const { title, applicationClass } = this.#options;
    this.#connection = connection;
    const { size } = connection;
    this.#pointer = new GuestPointer(size, (buttons, x, y) => connection.pointer(buttons, x, y));
    this.#surface = this.#presenter.open(
      {
        ...{ kind: 'normal', title, applicationClass, owner: undefined, modal: false, acceptsFocus: true },
        ...{ above: false, decorated: true, resizable: false, minSize: undefined, maxSize: undefined },
        ...{ icons: [], shape: undefined, opacity: 255, state: 'normal', freePosition: true },
        content: { x: 0, y: 0, ...size },
      },
      this,
    );
    this.#settling = setTimeout(() => this.#settled(), settlingMs);
    void connection.ended.then((error) => this.#finish(error));
    connection.begin();
  }

  #finish(error: XPaneError | undefined): void {
    const surface = this.#surface;
    if (!surface) return;
    this.#surface = undefined;
    clearTimeout(this.#settling);
    this.#keys.release();
    this.#pointer?.release();
    this.#connection?.close();
    surface.close();
    this.#end.resolve(error);
  }

  // What the guest's screen tells.

  onSize(size: Size): void {
    this.#pointer?.setSize(size);
    if (!this.#settling) this.#fit(size);
  }

  async onPixels(patches: readonly ScreenPatch[]): Promise<void> {
    const size = this.#connection?.size;
    if (size) await this.#surface?.paint(size, patches);
  }

  onPointerMode(mode: PointerMode): void {
    this.#pointer?.setMode(mode);
    this.#tellOfMouse();
  }

  onCursor(cursor: ScreenCursor): void {
    this.#surface?.setPointer(pointerLook(cursor));
  }

  // What the user does.

  onCloseRequested(): void {
    this.close();
  }

  mayFocus(): FocusWish {
    return this.#options.focus;
  }

  onFocus(focused: boolean): void {
    if (focused) return;
    this.#keys.release();
    this.#pointer?.release();
    this.#setLocked(false);
  }

  onKey(key: KeyEvent): void {
    this.#keys.key(key);
  }

  onPointerMove(at: Point): void {
    // Only while it is not locked is the host's pointer seen to move.
    this.#setLocked(false);
    this.#pointer?.moveTo(at);
  }

  onPointerRelative(dx: number, dy: number): void {
    this.#setLocked(true);
    this.#pointer?.moveBy(dx, dy);
  }

  onPointerButton(button: PointerButton, down: boolean, at: Point): void {
    const surface = this.#surface;
    const pointer = this.#pointer;
    if (!surface || !pointer) return;
    if (pointer.mode === 'relative' && !this.#locked) {
      // This click is the host's: it gives the mouse to the guest.
      if (down) this.#presenter.lockPointer(surface);
      return;
    }
    if (!this.#locked) pointer.moveTo(at);
    pointer.button(button, down);
  }

  onWheel(vertical: number): void {
    if (this.#pointer?.mode === 'absolute' || this.#locked) this.#pointer?.wheel(vertical);
  }

  // Where it is, and whether it is an icon, is nothing to the guest; its size is the guest's, whatever the window
  // manager would like.
  onPlaced(): void {
    if (this.#settling) this.#settled();
  }

  onState(): void {}
  onClickElsewhere(): void {}

  #settled(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    if (this.#connection) this.#fit(this.#connection.size);
  }

  #fit(size: Size): void {
    const surface = this.#surface;
    if (!surface) return;
    const { content } = surface;
    if (content.width !== size.width || content.height !== size.height)
      surface.place({ ...content, ...size });
  }

  #setLocked(locked: boolean): void {
    if (locked === this.#locked) return;
    this.#locked = locked;
    this.#tellOfMouse();
  }

  #tellOfMouse(): void {
    const relative = this.#pointer?.mode === 'relative';
    const free = relative ? mouseHint.free : '';
    this.#surface?.update({ title: `${this.#options.title}${this.#locked ? mouseHint.locked : free}` });
  }

  #sendKey(down: boolean, scancode: number, keysym: number): void {
    if (this.#connection?.key(down, scancode, keysym) !== false || this.#keysMissed) return;
    this.#keysMissed = true;
    this.#options.log.warn({}, 'the screen of the guest takes no keys');
  }
}
