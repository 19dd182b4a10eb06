import { XPaneError } from '../../shared/errors.ts';
import { eachWarningOnce, type Log } from '../../shared/log.ts';
import type {
  HostScreen,
  Presenter,
  PresenterEvents,
  StartNotice,
  StartSpec,
  Surface,
  SurfaceEvents,
  SurfaceSpec,
  TrayIcon,
  TrayIconEvents,
  TrayIconSpec,
  UserAct,
} from '../presenter.ts';
import type { Atoms } from './atoms.ts';
import type { Cursors } from './cursor/cursors.ts';
import type { X11Drops } from './drop/x11-drops.ts';
import { InputMethod, namesInputMethod } from './input-method/input-method.ts';
import type { KeyLine } from './input-method/lines.ts';
import type { Keyboard, KeyStroke } from './keyboard/keyboard.ts';
import { UNPAINTED_BGRX } from './pixels/backing-store.ts';
import type { PixelPath, PixelPathKind } from './pixels/pixel-path.ts';
import { MenuGrab } from './pointer/menu-grab.ts';
import { asksForLock, PointerLock } from './pointer/pointer-lock.ts';
import { PointerRouter } from './pointer/pointer-router.ts';
import type { ScreenWatch } from './screen.ts';
import type { X11Clipboard } from './selections/x11-clipboard.ts';
import { ServerClock } from './server-clock.ts';
import { announceStart } from './startup-notice.ts';
import { type SurfaceHost, X11Surface } from './surface.ts';
import type { NotificationArea } from './tray-icon/notification-area.ts';
import { UserWatch } from './user-watch.ts';
import { isGrabNoise } from './window/focus-noise.ts';
import { ManagerWatch } from './window/manager-watch.ts';
import type { WindowShapes } from './window/shape.ts';
import { eventMask, type XConnection, type XEvent } from './x11-client.ts';

/** What a presenter is made of; the presenter owns all of it. */
export interface PresenterParts {
  readonly connection: XConnection;
  readonly atoms: Atoms;
  readonly keyboard: Keyboard;
  readonly pixelPath: PixelPath;
  readonly cursors: Cursors;
  readonly notificationArea: NotificationArea;
  readonly shapes: WindowShapes;
  readonly screen: ScreenWatch;
  readonly clipboard: X11Clipboard | undefined;
  readonly drops: X11Drops;
  readonly preferredScale: number;
  readonly events: PresenterEvents;
  readonly log: Log;
  /** Of the display, for the process that speaks to input methods; what they are is in `env`. */
  readonly displayName: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Owns the connection and every surface; brings the server's events to them. */
export class X11Presenter implements Presenter {
  readonly kind = 'x11';
  readonly #parts: PresenterParts;
  readonly #surfaces = new Map<number, X11Surface>();
  /** By the window manager's frame around them. */
  readonly #frames = new Map<number, X11Surface>();
  readonly #surfaceHost: SurfaceHost;
  readonly #grab: MenuGrab;
  readonly #clock: ServerClock;
  readonly #pointer: PointerRouter;
  readonly #lock: PointerLock;
  readonly #inputMethod: InputMethod | undefined;
  readonly #managers: ManagerWatch;
  readonly #user: UserWatch;
  /** Open menus, topmost first. */
  #menus: X11Surface[] = [];
  #keysGoTo: X11Surface | undefined;
  #lastInputTime = 0;
  #ended = false;
  /** What comes while a new keyboard layout is being read: keys typed after the change mean the new one. */
  #deferred: XEvent[] | undefined;

  constructor(parts: PresenterParts) {
    this.#parts = parts;
    const { connection, atoms, pixelPath, shapes, cursors, log } = parts;
    this.#surfaceHost = {
      connection,
      atoms,
      pixelPath,
      cursors,
      shapes,
      log: eachWarningOnce(log),
      unpaintedGc: connection.createGc(UNPAINTED_BGRX),
      lastInputTime: () => this.#lastInputTime,
      onFramed: (surface, frame) => this.#framed(surface, frame),
      onClosed: (surface) => this.#forget(surface),
    };
    this.#grab = new MenuGrab(connection, log);
    this.#clock = new ServerClock(connection, atoms);
    this.#lock = new PointerLock(connection, log);
    this.#user = new UserWatch(connection);
    this.#managers = new ManagerWatch(connection, atoms, () => {
      for (const surface of this.#surfaces.values()) void surface.managerStarted();
    });
    this.#pointer = new PointerRouter({
      surfaceOf: (window) => this.#surfaces.get(window),
      menus: () => this.#menus,
      grabWindow: this.#grab.window,
      lock: this.#lock,
    });
    this.#inputMethod = this.#openInputMethod();
    parts.clipboard?.goesBy(() => this.#lastInputTime);
    connection.onEvent((event) => this.#handle(event));
    connection.onLost((reason) => this.#lost(reason));
  }

  get screen(): HostScreen {
    return this.#parts.screen.current;
  }

  get pixelPath(): PixelPathKind {
    return this.#parts.pixelPath.kind;
  }

  get clipboard(): X11Clipboard | undefined {
    return this.#parts.clipboard;
  }

  get preferredScale(): number {
    return this.#parts.preferredScale;
  }

  open(spec: SurfaceSpec, events: SurfaceEvents): Surface {
    if (this.#ended) throw lost(new Error('the presenter is closed'));
    const surface = new X11Surface(this.#surfaceHost, spec, events);
    this.#surfaces.set(surface.id, surface);
    const { fileDrops } = events;
    if (fileDrops) this.#parts.drops.add({ id: surface.id, corner: () => surface.content, drops: fileDrops });
    if (spec.kind === 'menu') {
      this.#menus = [surface, ...this.#menus];
      this.#lock.release();
      this.#grab.hold();
    }
    return surface;
  }

  userAct(): UserAct {
    this.#user.watch();
    return this.#clock.now();
  }

  userWentOn(since: UserAct): boolean {
    return this.#user.wentOn(since);
  }

  announceStart(spec: StartSpec): StartNotice {
    const { connection, atoms } = this.#parts;
    return announceStart(spec, connection, atoms, this.#clock.window);
  }

  openTrayIcon(spec: TrayIconSpec, events: TrayIconEvents): TrayIcon {
    if (this.#ended) throw lost(new Error('the presenter is closed'));
    return this.#parts.notificationArea.open(spec, events);
  }

  lockPointer(surface: Surface): void {
    if (this.#ended || this.#menus.length > 0 || this.#lock.surface) return;
    if (surface instanceof X11Surface && !surface.closed) void this.#lock.toggle(surface);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#inputMethod?.close();
    this.#managers.close();
    this.#user.close();
    this.#parts.notificationArea.abandon();
    for (const surface of [...this.#surfaces.values()]) surface.close();
    this.#grab.abandon();
    this.#parts.drops.abandon();
    await Promise.all([this.#parts.clipboard?.close(), this.#parts.connection.close()]);
  }

  #openInputMethod(): InputMethod | undefined {
    const { env, displayName, log, keyboard } = this.#parts;
    if (!namesInputMethod(env)) return undefined;
    return new InputMethod({
      ...{ display: displayName, env, log },
      onKey: ({ window, down, keycode, state }) =>
        this.#key(window, { name: down ? 'KeyPress' : 'KeyRelease', keycode, buttons: state }),
      onText: (window, text) => this.#surfaces.get(window)?.events.onKey(keyboard.typed(text)),
    });
  }

  #framed(surface: X11Surface, frame: number | undefined): void {
    for (const [window, inside] of this.#frames) if (inside === surface) this.#frames.delete(window);
    if (frame !== undefined) this.#frames.set(frame, surface);
  }

  #forget(surface: X11Surface): void {
    this.#surfaces.delete(surface.id);
    this.#parts.drops.forget(surface.id);
    this.#inputMethod?.forget(surface.id);
    this.#framed(surface, undefined);
    this.#parts.cursors.forget(surface.id);
    if (this.#keysGoTo === surface) this.#keysGoTo = undefined;
    if (this.#lock.surface === surface) this.#lock.release();
    if (!this.#menus.includes(surface)) return;
    this.#menus = this.#menus.filter((menu) => menu !== surface);
    this.#grab.letGo();
  }

  #lost(reason: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#inputMethod?.close();
    this.#managers.close();
    this.#user.close();
    this.#parts.notificationArea.abandon();
    for (const surface of [...this.#surfaces.values()]) surface.dispose();
    this.#grab.abandon();
    this.#parts.clipboard?.abandon();
    this.#parts.drops.abandon();
    this.#parts.events.onLost(lost(reason));
  }

  #handle(event: XEvent): void {
    const { notificationArea, drops } = this.#parts;
    if (this.#ended || this.#user.handle(event) || notificationArea.handle(event) || drops.handle(event))
      return;
    if (this.#deferred) {
      this.#deferred.push(event);
      return;
    }
    switch (event.name) {
      case 'MotionNotify':
        this.#pointer.handle(event);
        return;
      case 'ButtonPress':
      case 'ButtonRelease':
        this.#lastInputTime = event.time;
        if (event.name === 'ButtonPress') this.#used(event);
        this.#pointer.handle(event);
        return;
      case 'KeyPress':
      case 'KeyRelease':
        this.#pointer.flush();
        this.#lastInputTime = event.time;
        if (!this.#inputMethod?.takes(keyLine(event))) this.#key(event.wid, event);
        // The guest has it by now: nobody waits for this.
        if (event.name === 'KeyPress') this.#used(event);
        return;
      case 'KeymapNotify':
        this.#catchUp(event.keys);
        return;
      case 'ClientMessage':
        this.#pointer.flush();
        this.#message(event);
        return;
      default:
        this.#other(event);
    }
  }

  #other(event: XEvent): void {
    if (this.#parts.keyboard.changedBy(event)) {
      void this.#changeLayout();
      return;
    }
    if (event.wid === this.#parts.connection.root) {
      this.#parts.screen.handle(event);
      this.#managers.handle(event);
      return;
    }
    if (event.wid === this.#clock.window) {
      // What the user does elsewhere to come to a window counts as input: what opens then is its answer, too.
      if (this.#clock.handle(event)) this.#lastInputTime = event.time;
      return;
    }
    this.#pointer.flush();
    if (event.name === 'ConfigureNotify') this.#frames.get(event.wid)?.frameMoved();
    const surface = this.#surfaces.get(event.wid);
    if (event.name === 'FocusIn' && surface) this.#keysGoTo = surface;
    surface?.handle(event);
    if (event.name === 'FocusOut' && !isGrabNoise(event)) this.#focusLeft();
    if (surface?.focused) this.#inputMethod?.focus(surface.id);
  }

  #key(window: number, stroke: KeyStroke): void {
    const surface = this.#surfaces.get(window);
    const key = this.#parts.keyboard.translate(stroke);
    if (!surface || !key) return;
    this.#keysGoTo = surface;
    if (!asksForLock(key)) surface.events.onKey(key);
    else if (this.#menus.length === 0) void this.#lock.toggle(surface);
  }

  #used({ wid, time }: XEvent): void {
    this.#surfaces.get(wid)?.used(time);
  }

  /** What happened to the keys while others had the keyboard. The server tells it of mere pointer visits too. */
  #catchUp(keys: Buffer): void {
    const surface = this.#keysGoTo;
    if (!surface?.focused) return;
    for (const key of this.#parts.keyboard.catchUp(keys)) surface.events.onKey(key);
  }

  #focusLeft(): void {
    this.#parts.keyboard.left();
    if (!this.#keysGoTo?.focused) this.#inputMethod?.focus(undefined);
    if (!this.#lock.surface?.focused) this.#lock.release();
  }

  async #changeLayout(): Promise<void> {
    this.#deferred = [];
    await this.#parts.keyboard.reload();
    const events = this.#deferred;
    this.#deferred = undefined;
    for (const event of events) this.#handle(event);
  }

  #message(event: XEvent): void {
    const { atoms, connection } = this.#parts;
    if (event.message_type !== atoms.WM_PROTOCOLS) return;
    if (event.data[0] === atoms.WM_DELETE_WINDOW) {
      this.#surfaces.get(event.wid)?.events.onCloseRequested();
    } else if (event.data[0] === atoms._NET_WM_PING) {
      const mask = (eventMask.SubstructureRedirect ?? 0) | (eventMask.SubstructureNotify ?? 0);
      const { root } = connection;
      const answer = { name: 'ClientMessage', format: 32, wid: root, message_type: atoms.WM_PROTOCOLS };
      connection.client.SendEvent(root, 0, mask, { ...answer, data: event.data });
    }
  }
}

function keyLine({ name, wid, keycode, buttons, time }: XEvent): KeyLine {
  return { type: 'key', down: name === 'KeyPress', window: wid, keycode, state: buttons, timeMs: time };
}

export function lost(reason: Error): XPaneError {
  return new XPaneError(
    'presenter.lost',
    `The desktop is gone: ${reason.message}.`,
    'Log in to the desktop again; running applications show up there.',
    reason,
  );
}
