/**
 * The parts of npm x11 4.2.2 that XPane calls (it brings no types). Requests without a reply return nothing of
 * use; an error of theirs comes as the client's `error` event.
 */
declare module 'x11' {
  /** Returning true says that the error was dealt with and need not be emitted. */
  type Callback<T> = (error: XError | null | undefined, result: T) => unknown;

  export interface XError extends Error {
    /** X error code: 3 BadWindow, 8 BadMatch, 9 BadDrawable, 11 BadAlloc, … */
    readonly error?: number;
    readonly majorOpcode?: number;
    readonly badParam?: number;
    /** Of a socket error. */
    readonly code?: string;
  }

  /** Core and extension events as one record; which fields are set depends on `name`. */
  export interface XEvent {
    readonly name?: string;
    readonly type: number;
    readonly rawData: Buffer;
    /** The event window of most events; the drawable of some. */
    readonly wid: number;
    /** Whom a structure event is about, where `wid` is not. */
    readonly wid1: number;
    readonly parent: number;
    readonly keycode: number;
    readonly time: number;
    readonly rootx: number;
    readonly rooty: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly count: number;
    /** Modifier, group and button state before the event. */
    readonly buttons: number;
    readonly mode: number;
    readonly detail: number;
    readonly keys: Buffer;
    readonly atom: number;
    readonly message_type: number;
    /** Of a client message. */
    readonly data: readonly number[];
    readonly request: number;
    /** 0 new keyboard, 1 keyboard map changed; only on XKB events. */
    readonly xkbType?: number;
    readonly overrideRedirect: boolean | number;
    /** Of a property: 0 it has a new value, 1 it was deleted. */
    readonly state: number;
    /** Of selection events. */
    readonly owner: number;
    readonly requestor: number;
    readonly selection: number;
    readonly target: number;
    readonly property: number;
    /** Only on SelectionNotify of XFixes, which is called as the core's. */
    readonly subtype?: number;
  }

  export interface WindowValues {
    backgroundPixmap?: number;
    backgroundPixel?: number;
    borderPixel?: number;
    bitGravity?: number;
    winGravity?: number;
    overrideRedirect?: number;
    eventMask?: number;
    colormap?: number;
    cursor?: number;
  }

  export interface ConfigureValues {
    x?: number;
    y?: number;
    width?: number;
    height?: number;
    stackMode?: number;
  }

  export interface Visual {
    readonly vid: number;
    readonly class: number;
    readonly red_mask: number;
    readonly green_mask: number;
    readonly blue_mask: number;
  }

  export interface Screen {
    readonly root: number;
    readonly root_depth: number;
    readonly root_visual: number;
    readonly pixel_width: number;
    readonly pixel_height: number;
    readonly default_colormap: number;
    readonly depths: Readonly<Record<string, Readonly<Record<string, Visual>>>>;
  }

  export interface Display {
    readonly client: Client;
    readonly screen: readonly Screen[];
    readonly min_keycode: number;
    readonly max_keycode: number;
    /** 0 is least significant byte first. */
    readonly image_byte_order: number;
    /** By depth. */
    readonly format: Readonly<Record<string, { readonly bits_per_pixel: number }>>;
    /** In units of 4 bytes. */
    readonly max_request_length: number;
    /** True only for a unix socket of this machine. */
    readonly isLocalSocket: boolean;
  }

  export interface ShmPutImage {
    totalWidth: number;
    totalHeight: number;
    srcX: number;
    srcY: number;
    srcWidth: number;
    srcHeight: number;
    dstX: number;
    dstY: number;
    depth: number;
    format: number;
    sendEvent: boolean;
    shmseg: number;
    offset: number;
  }

  export interface Shm {
    /** The connection can pass file descriptors. */
    readonly fdCapable: boolean;
    readonly major: number;
    readonly minor: number;
    AttachFd(segment: number, fd: number, readOnly: boolean, cb: Callback<void>): void;
    Detach(segment: number): void;
    PutImage(drawable: number, gc: number, image: ShmPutImage): void;
  }

  export interface Shape {
    Rectangles(
      operation: number,
      kind: number,
      window: number,
      x: number,
      y: number,
      rectangles: readonly (readonly [number, number, number, number])[],
      ordering: number,
    ): void;
    Mask(operation: number, kind: number, window: number, x: number, y: number, bitmap: number): void;
  }

  export interface Render {
    /** Picture format of 32 bits with alpha. */
    readonly rgba32: number;
    CreatePicture(picture: number, drawable: number, format: number): void;
    FreePicture(picture: number): void;
    CreateCursor(cursor: number, picture: number, hotX: number, hotY: number): void;
    /** `delay` in ms. */
    CreateAnimCursor(cursor: number, frames: readonly { cursor: number; delay: number }[]): void;
  }

  export interface Xkb {
    readonly majorOpcode: number;
    readonly UseCoreKbd: number;
    LatchLockState(
      device: number,
      affectModLocks: number,
      modLocks: number,
      lockGroup: boolean,
      groupLock: number,
      affectModLatches: number,
      modLatches: number,
      latchGroup: boolean,
      groupLatch: number,
    ): void;
    SelectEvents(
      device: number,
      which: number,
      clear: number,
      all: number,
      affect: number,
      map: number,
    ): void;
  }

  export interface Client {
    readonly screenNum: number | string;
    readonly stream: import('node:stream').Duplex | undefined;
    seq_num: number;
    /** Who waits for a reply, by sequence number; needed only for requests packed by hand. */
    readonly replies: Record<number, [(body: Buffer) => Buffer, Callback<Buffer>]>;
    readonly pack_stream: { put(request: Buffer): void; submit(expectsReply?: boolean): void };
    on(name: 'event', listener: (event: XEvent) => void): void;
    on(name: 'error', listener: (error: XError) => void): void;
    on(name: 'end', listener: () => void): void;
    require(name: 'shm', cb: Callback<Shm>): void;
    require(name: 'xkb', cb: Callback<Xkb>): void;
    require(name: 'render', cb: Callback<Render>): void;
    require(name: 'shape', cb: Callback<Shape>): void;
    require(name: 'xtest', cb: Callback<XTest>): void;
    require(name: 'fixes', cb: Callback<XFixes>): void;
    require(name: 'xinput', cb: Callback<XInput>): void;
    require(name: 'xinerama', cb: Callback<Xinerama>): void;
    AllocID(): number;
    sync(cb: Callback<void>): void;
    terminate(): void;
    CreateWindow(
      wid: number,
      parent: number,
      x: number,
      y: number,
      width: number,
      height: number,
      border: number,
      depth: number,
      kind: number,
      visual: number,
      values: WindowValues,
    ): void;
    ChangeWindowAttributes(wid: number, values: WindowValues): void;
    DestroyWindow(wid: number): void;
    MapWindow(wid: number): void;
    UnmapWindow(wid: number): void;
    ConfigureWindow(wid: number, values: ConfigureValues): void;
    ChangeProperty(
      mode: number,
      wid: number,
      name: number,
      type: number,
      format: 8 | 16 | 32,
      data: Buffer | readonly number[],
    ): void;
    DeleteProperty(wid: number, name: number): void;
    GetProperty(
      remove: number,
      wid: number,
      name: number,
      type: number,
      offset: number,
      length: number,
      cb: Callback<{ type: number; format: number; bytesAfter: number; data: Buffer }>,
    ): void;
    QueryTree(wid: number, cb: Callback<{ root: number; parent: number; children: readonly number[] }>): void;
    GetGeometry(
      drawable: number,
      cb: Callback<{ xPos: number; yPos: number; width: number; height: number }>,
    ): void;
    TranslateCoordinates(
      from: number,
      to: number,
      x: number,
      y: number,
      cb: Callback<{ destX: number; destY: number }>,
    ): void;
    SendEvent(destination: number, propagate: number, eventMask: number, event: Buffer | object): void;
    GrabPointer(
      wid: number,
      ownerEvents: boolean,
      mask: number,
      pointerMode: number,
      keyboardMode: number,
      confineTo: number,
      cursor: number,
      time: number,
      cb: Callback<number>,
    ): void;
    UngrabPointer(time: number): void;
    GetSelectionOwner(selection: number, cb: Callback<number>): void;
    SetSelectionOwner(owner: number, selection: number, time: number): void;
    ConvertSelection(
      requestor: number,
      selection: number,
      target: number,
      property: number,
      time: number,
    ): void;
    WarpPointer(
      from: number,
      to: number,
      fromX: number,
      fromY: number,
      fromWidth: number,
      fromHeight: number,
      x: number,
      y: number,
    ): void;
    CreateCursor(
      cursor: number,
      source: number,
      mask: number,
      foreground: { R: number; G: number; B: number },
      background: { R: number; G: number; B: number },
      hotX: number,
      hotY: number,
    ): void;
    CreateGlyphCursor(
      cursor: number,
      sourceFont: number,
      maskFont: number,
      sourceGlyph: number,
      maskGlyph: number,
      foreground: { R: number; G: number; B: number },
      background: { R: number; G: number; B: number },
    ): void;
    FreeCursor(cursor: number): void;
    OpenFont(font: number, name: string): void;
    FreeGC(gc: number): void;
    GetModifierMapping(cb: Callback<readonly (readonly number[])[]>): void;
    CreateGC(gc: number, drawable: number, values: { foreground?: number; graphicsExposures?: number }): void;
    CreatePixmap(pixmap: number, drawable: number, depth: number, width: number, height: number): void;
    FreePixmap(pixmap: number): void;
    CreateColormap(colormap: number, root: number, visual: number, alloc: number): void;
    PolyFillRectangle(drawable: number, gc: number, rectangles: readonly number[]): void;
    PutImage(
      format: number,
      drawable: number,
      gc: number,
      width: number,
      height: number,
      x: number,
      y: number,
      leftPad: number,
      depth: number,
      data: Buffer,
    ): void;
    GetImage(
      format: number,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      cb: Callback<{ depth: number; data: Buffer }>,
    ): void;
  }

  export interface Xinerama {
    /** Monitors, the first one first. */
    QueryScreens(cb: Callback<readonly { x: number; y: number; width: number; height: number }[]>): void;
  }

  export interface XInput {
    readonly AllMasterDevices: number;
    /** `mask`: names of events, as in XI2 without the prefix. */
    XISelectEvents(window: number, selection: { deviceId: number; mask: readonly string[] }): void;
  }

  export interface XFixes {
    readonly SelectionEventMask: Readonly<
      Record<'SetSelectionOwner' | 'SelectionWindowDestroy' | 'SelectionClientClose', number>
    >;
    SelectSelectionInput(window: number, selection: number, eventMask: number): void;
    GetCursorImage(
      cb: Callback<{
        readonly width: number;
        readonly height: number;
        readonly xhot: number;
        readonly yhot: number;
        readonly cursorImage: Buffer;
      }>,
    ): void;
  }

  export interface XTest {
    FakeInput(type: number, detail: number, delayMs: number, root: number, x: number, y: number): void;
  }

  interface Module {
    createClient(
      options: {
        display?: string;
        /** An open connection to a server, instead of `display`. */
        stream?: import('node:net').Socket;
        bufferRequests?: boolean;
        shm?: false;
        disableBigRequests?: boolean;
      },
      cb: (error: XError | undefined, display: Display) => void,
    ): Client;
    readonly eventMask: Readonly<Record<string, number>>;
    readonly keySyms: Readonly<
      Record<string, { readonly code: number; readonly description: string | null }>
    >;
  }
  const x11: Module;
  export default x11;
}
