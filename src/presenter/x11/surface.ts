import type { Rect, Size } from '../../shared/geometry.ts';
import type { Log } from '../../shared/log.ts';
import type {
  PixelPatch,
  PointerLook,
  ShowState,
  Surface,
  SurfaceEvents,
  SurfaceLook,
  SurfaceSpec,
} from '../presenter.ts';
import type { Atoms } from './atoms.ts';
import type { Cursors } from './cursor/cursors.ts';
import { BackingStore } from './pixels/backing-store.ts';
import { PaintQueue } from './pixels/paint-queue.ts';
import type { PixelPath } from './pixels/pixel-path.ts';
import { isFocusChange } from './window/focus-noise.ts';
import { FocusWishes } from './window/focus-wish.ts';
import { isManaged, representable } from './window/hints.ts';
import { firstStates, lookRequests, showStateRequests } from './window/manager-states.ts';
import type { WindowShapes } from './window/shape.ts';
import { ShowStateTracker, showStateOf } from './window/show-state.ts';
import { WindowGeometry } from './window/window-geometry.ts';
import { XWindow } from './window/x-window.ts';
import type { XConnection, XEvent } from './x11-client.ts';

/** A window without pixels is held back this long, so that it does not flash up empty. */
const FIRST_PAINT_MS = 250;

/** What surfaces share. */
export interface SurfaceHost {
  readonly connection: XConnection;
  readonly atoms: Atoms;
  readonly pixelPath: PixelPath;
  readonly cursors: Cursors;
  readonly shapes: WindowShapes;
  /** Paints pixels that no surface has painted yet. */
  readonly unpaintedGc: number;
  readonly log: Log;
  /** Server time of the user's last key or click; 0 before the first. */
  readonly lastInputTime: () => number;
  /** Events of a window manager's frame are to come to this surface, those of the one before no more. */
  readonly onFramed: (surface: X11Surface, frame: number | undefined) => void;
  readonly onClosed: (surface: X11Surface) => void;
}

/** One window on the host's desktop. */
export class X11Surface implements Surface {
  readonly events: SurfaceEvents;
  readonly #host: SurfaceHost;
  readonly #window: XWindow;
  readonly #store: BackingStore;
  readonly #paints: PaintQueue;
  readonly #geometry: WindowGeometry;
  readonly #state: ShowStateTracker;
  readonly #focusWishes: FocusWishes;
  #look: SurfaceLook;
  #firstState: ShowState;
  /** The window manager may choose the position, until somebody asks for one. */
  #freePosition: boolean;
  #mapped = false;
  #hasBackground = false;
  #focused = false;
  #closed = false;
  #stateReads = 0;
  #overlooked = false;
  #firstPaint: NodeJS.Timeout | undefined;

  constructor(host: SurfaceHost, spec: SurfaceSpec, events: SurfaceEvents) {
    this.#host = host;
    this.events = events;
    this.#look = spec;
    this.#firstState = spec.state;
    this.#freePosition = spec.freePosition;
    const content = representable(spec.content);
    this.#state = new ShowStateTracker(spec.state);
    this.#window = new XWindow(host.connection, host.atoms, spec.kind, content, spec.view);
    this.#focusWishes = new FocusWishes({
      window: this.#window,
      lastInputTime: host.lastInputTime,
      onHint: () => this.#applyFamily(),
    });
    this.#geometry = new WindowGeometry({
      window: this.#window,
      root: host.connection.root,
      initial: content,
      isMinimised: () => this.#state.current === 'minimised',
      onPlaced: (rect) => events.onPlaced(rect),
      onFramed: (frame) => host.onFramed(this, frame),
    });
    this.#store = new BackingStore(host.pixelPath, host.log, () => this.#repaint(), spec.view);
    this.#paints = new PaintQueue({
      draw: (size, patches) => this.#draw(size, patches),
      show: (rects) => this.#showParts(rects),
      synced: () => host.connection.sync(),
    });
    this.#applyAll();
    this.#firstPaint = setTimeout(() => this.#show(), FIRST_PAINT_MS);
  }

  get id(): number {
    return this.#window.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get focused(): boolean {
    return this.#focused;
  }

  get kind(): SurfaceLook['kind'] {
    return this.#look.kind;
  }

  get content(): Rect {
    return this.#geometry.content;
  }

  update(change: Partial<SurfaceLook>): void {
    if (this.#closed) return;
    const before = this.#look;
    this.#look = { ...before, ...change };
    if (change.title !== undefined) this.#window.setTitle(change.title);
    if (change.applicationClass !== undefined) this.#window.setClass(change.applicationClass);
    if (change.icons !== undefined) this.#window.setIcons(change.icons);
    if (change.decorated !== undefined) this.#window.setDecorated(change.decorated);
    if ('owner' in change) this.#applyOwner();
    if ('shape' in change) this.#host.shapes.apply(this.id, change.shape);
    if (change.opacity !== undefined) this.#window.setOpacity(change.opacity);
    if (change.acceptsFocus !== undefined) this.#applyFamily();
    if (change.kind !== undefined) this.#changeKind(isManaged(before.kind));
    this.#applyLookStates(before);
    if ('minSize' in change || 'maxSize' in change || change.resizable !== undefined) this.#applySizeHints();
  }

  place(content: Rect): void {
    if (this.#closed) return;
    this.#freePosition = false;
    const wanted = representable(content);
    this.#geometry.wish(wanted, this.#mapped);
    this.#applySizeHints();
    this.#window.configure(wanted);
  }

  setState(state: ShowState): void {
    if (this.#closed) return;
    const before = this.#state.current;
    if (!this.#mapped) {
      this.#state.begin(state);
      this.#firstState = state;
      this.#applyFirstState();
      return;
    }
    this.#state.ask(state);
    if (state === 'minimised') {
      this.#window.requestMinimised();
      return;
    }
    for (const request of showStateRequests(before, state)) this.#window.requestStates(request);
    if (before !== 'minimised') return;
    const focus = this.#focusWishes.comesUp(() => this.events.mayFocus());
    // ICCCM says to map it; managers that keep minimised windows mapped may only understand the other.
    this.#window.map();
    if (focus !== 'never') this.activate();
  }

  activate(): void {
    if (this.#closed) return;
    if (isManaged(this.#look.kind)) this.#window.requestActivation(this.#host.lastInputTime());
    else this.#window.raise();
  }

  demandAttention(): void {
    if (!this.#closed && isManaged(this.#look.kind)) this.#focusWishes.demandAttention();
  }

  withdrawAttention(): void {
    if (!this.#closed && isManaged(this.#look.kind)) this.#focusWishes.withdrawAttention();
  }

  stack(where: 'above' | 'below', other: Surface): void {
    if (this.#closed || !(other instanceof X11Surface) || other.#closed) return;
    if (this.#mapped && other.#mapped) this.#window.requestStacking(where, other.id);
  }

  setPointer(look: PointerLook): void {
    if (!this.#closed) this.#host.cursors.show(this.id, look);
  }

  /** The user pressed a key or a button in it, at this server time. */
  used(time: number): void {
    if (!this.#closed && isManaged(this.#look.kind)) this.#focusWishes.used(time);
  }

  async paint(size: Size, patches: readonly PixelPatch[]): Promise<void> {
    if (!this.#closed) await this.#paints.paint(size, patches);
  }

  close(): void {
    if (this.#closed) return;
    this.#window.destroy();
    this.dispose();
  }

  /** Gives back what the surface holds on this side; the window is gone, or going with the connection. */
  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#firstPaint);
    this.#geometry.dispose();
    this.#store.release();
    this.#host.onClosed(this);
  }

  /** Takes an event of its window, other than keys and pointer. */
  handle(event: XEvent): void {
    if (this.#closed) return;
    switch (event.name) {
      case 'Expose':
        this.#expose(event);
        return;
      case 'ConfigureNotify':
        this.#geometry.configured(event);
        return;
      case 'ReparentNotify':
        this.#geometry.reparented(event.parent);
        return;
      case 'MapNotify':
        this.#geometry.mapped();
        this.#focusWishes.up();
        return;
      case 'FocusIn':
      case 'FocusOut':
        this.#focus(event);
        return;
      case 'PropertyNotify':
        if (event.atom === this.#host.atoms._NET_WM_STATE || event.atom === this.#host.atoms.WM_STATE) {
          void this.#readState();
        }
        return;
      case 'DestroyNotify':
        // Not ours: `close` forgets the window at once.
        this.dispose();
        this.events.onCloseRequested();
    }
  }

  #draw(size: Size, patches: readonly PixelPatch[]): void {
    if (this.#closed) return;
    const { width, height } = representable({ x: 0, y: 0, ...size });
    this.#store.resize({ width, height });
    this.#store.apply(patches);
  }

  #showParts(rects: readonly Rect[]): void {
    if (this.#closed) return;
    if (!this.#mapped) this.#show();
    else for (const rect of rects) this.#store.put(this.id, this.#store.placeOf(rect));
  }

  #applyAll(): void {
    const look = this.#look;
    this.#window.setTitle(look.title);
    this.#window.setClass(look.applicationClass);
    if (look.icons.length > 0) this.#window.setIcons(look.icons);
    this.#window.setKind(look.kind);
    this.#window.setDecorated(look.decorated);
    if (look.shape) this.#host.shapes.apply(this.id, look.shape);
    this.#window.setOpacity(look.opacity);
    this.#applyOwner();
    this.#applySizeHints();
    this.#applyFirstState();
  }

  #applyOwner(): void {
    const owner = this.#owner();
    this.#window.setOwner(owner?.id);
    this.#applyFamily();
  }

  #applyFamily(): void {
    const startMinimised = this.#firstState === 'minimised';
    const inputHint = this.#focusWishes.inputHint(this.#look.acceptsFocus, this.#focused);
    this.#window.setFamily(this.#familyHead(), startMinimised, inputHint);
  }

  #applyFirstState(): void {
    this.#window.setFirstStates(firstStates(this.#look, this.#firstState));
    this.#applyFamily();
  }

  /** The states are the manager's once it knows the window. */
  #applyLookStates(before: SurfaceLook): void {
    if (!this.#mapped) this.#applyFirstState();
    else for (const request of lookRequests(before, this.#look)) this.#window.requestStates(request);
  }

  #applySizeHints(): void {
    this.#window.setSizeHints(this.#geometry.expected, this.#look, this.#freePosition);
  }

  /** Windows that the manager handles and others differ in how they are mapped. */
  #changeKind(wasManaged: boolean): void {
    this.#window.setKind(this.#look.kind);
    if (!this.#mapped || wasManaged === isManaged(this.#look.kind)) return;
    this.#window.remap();
  }

  #owner(): X11Surface | undefined {
    const { owner } = this.#look;
    return owner instanceof X11Surface && owner !== this && !owner.#closed ? owner : undefined;
  }

  /** The window at the top of the chain of owners; a chain that bites its tail ends where it does. */
  #familyHead(): number {
    const seen = new Set<X11Surface>([this]);
    let head: X11Surface = this;
    for (let next = head.#owner(); next && !seen.has(next); next = head.#owner()) {
      seen.add(next);
      head = next;
    }
    return head.id;
  }

  /** Brings it up, with what has been painted so far drawn by the server itself: no moment without content. */
  #show(): void {
    if (this.#mapped || this.#closed) return;
    clearTimeout(this.#firstPaint);
    this.#mapped = true;
    const { width, height } = this.#geometry.expected;
    this.#hasBackground = true;
    this.#window.setBackground({ width, height }, (pixmap) => {
      this.#paintUnpainted(pixmap, { x: 0, y: 0, width, height });
      this.#store.put(pixmap, { x: 0, y: 0, width, height });
    });
    if (!isManaged(this.#look.kind)) this.#window.raise();
    else if (this.#firstState !== 'minimised') this.#focusWishes.comesUp(() => this.events.mayFocus());
    this.#window.map();
  }

  #expose(event: XEvent): void {
    if (this.#hasBackground) {
      this.#hasBackground = false;
      this.#window.clearBackground();
    }
    const { x, y, width, height } = event;
    this.#paintUnpainted(this.id, { x, y, width, height });
    this.#store.put(this.id, { x, y, width, height });
  }

  #repaint(): void {
    if (this.#mapped && !this.#closed) this.#store.put(this.id, { x: 0, y: 0, ...this.#store.size });
  }

  #paintUnpainted(drawable: number, rect: Rect): void {
    const areas = this.#store.unpainted(rect);
    if (areas.length === 0) return;
    this.#host.connection.client.PolyFillRectangle(drawable, this.#host.unpaintedGc, areas);
  }

  /** A window manager started. What it has not taken when looked at twice is offered again: it may just be about to. */
  async managerStarted(): Promise<void> {
    if (!this.#mapped || !isManaged(this.#look.kind)) return;
    const taken = await this.#window.isTaken();
    if (this.#closed) return;
    if (this.#overlooked && !taken) this.#window.remap();
    this.#overlooked = !taken;
  }

  /** The window manager's frame around it moved. */
  frameMoved(): void {
    if (!this.#closed) this.#geometry.frameMoved();
  }

  #focus(event: XEvent): void {
    if (!isFocusChange(event)) return;
    const focused = event.name === 'FocusIn';
    if (focused === this.#focused) return;
    this.#focused = focused;
    if (!focused && !this.#look.acceptsFocus) this.#applyFamily();
    this.events.onFocus(focused);
  }

  async #readState(): Promise<void> {
    const serial = ++this.#stateReads;
    const found = await this.#window.readState();
    if (!found || serial !== this.#stateReads || this.#closed) return;
    const before = this.#state.current;
    const seen = showStateOf(this.#host.atoms, found.netState, found.wmState);
    // Without WM_STATE the manager has not dealt with it yet.
    if (found.wmState !== undefined && seen !== 'minimised') this.#focusWishes.up();
    const news = this.#state.observe(seen);
    if (before === 'minimised' && this.#state.current !== before) this.#geometry.restored();
    if (news) this.events.onState(news);
    const due = this.#state.takeDue();
    if (due) this.setState(due);
  }
}
