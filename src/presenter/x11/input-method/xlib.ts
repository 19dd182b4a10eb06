import koffi from 'koffi';

/** The part of Xlib that input methods need; XIM is spoken by nothing else. Pointers are opaque. */
export interface Xlib {
  /** Throws when the display cannot be opened or the locale is not supported. */
  openDisplay(): { readonly display: bigint; readonly root: bigint; readonly descriptor: number };
  /** Undefined when no input method of the name in XMODIFIERS runs. `onGone`: it ended; its contexts are void. */
  openInputMethod(display: bigint, onGone: () => void): bigint | undefined;
  createContext(inputMethod: bigint, window: number): bigint | undefined;
  destroyContext(context: bigint): void;
  setFocus(context: bigint, focused: boolean): void;
  /** Whether the input method has taken the event. */
  filter(event: Buffer): boolean;
  /** The text of an event that an input method made. */
  textOf(context: bigint, event: Buffer): string;
  /** The next event that has come, into `event`; false when there is none. Sends what waits to be sent. */
  nextEvent(display: bigint, event: Buffer): boolean;
  /**
   * All key events in the queue, in the order in which the input method sent them. The server sends this connection
   * none: Xlib itself puts into the queue what it got from the input method, each before the one before it.
   */
  takeKeys(display: bigint): readonly Buffer[];
  /** Waits, without end, until one of the descriptors can be read; says which can. */
  waitFor(descriptors: readonly number[]): readonly boolean[];
}

const LC_ALL = 6;
/** X.h: preedit and status are shown by the input method itself, in windows of its own. */
const PREEDIT_AND_STATUS_NOTHING = 0x0008 | 0x0400;
/** X.h: presses and releases. */
const KEY_EVENTS = 0x3;
const POLLIN = 1;
const POLL_BYTES = 8;
/** As much as an input method ever commits at once. */
const MOST_TEXT_BYTES = 4096;

/** sizeof(XEvent) where a long has 64 bits. */
export const eventBytes = 192;

/** Throws when libX11 is not there. */
export function loadXlib(): Xlib {
  const x = koffi.load('libX11.so.6');
  const c = koffi.load('libc.so.6');
  const calls = {
    setlocale: c.func('const char *setlocale(int category, const char *locale)'),
    poll: c.func('int poll(_Inout_ uint8_t *descriptors, unsigned long count, int timeout)'),
    openDisplay: x.func('void *XOpenDisplay(const char *name)'),
    rootWindow: x.func('unsigned long XDefaultRootWindow(void *display)'),
    connectionNumber: x.func('int XConnectionNumber(void *display)'),
    supportsLocale: x.func('int XSupportsLocale()'),
    setModifiers: x.func('const char *XSetLocaleModifiers(const char *modifiers)'),
    openIm: x.func('void *XOpenIM(void *display, void *database, const char *name, const char *class)'),
    destroyProcedure: koffi.proto('void DestroyProcedure(void *im, void *data, void *call)'),
    setImValues: x.func('char *XSetIMValues(void *im, ...)'),
    createIc: x.func('void *XCreateIC(void *im, ...)'),
    destroyIc: x.func('void XDestroyIC(void *ic)'),
    setIcFocus: x.func('void XSetICFocus(void *ic)'),
    unsetIcFocus: x.func('void XUnsetICFocus(void *ic)'),
    filterEvent: x.func('int XFilterEvent(_Inout_ uint8_t *event, unsigned long window)'),
    lookupString: x.func(
      'int Xutf8LookupString(void *ic, _Inout_ uint8_t *event, _Out_ uint8_t *text, int size, void *keysym, void *status)',
    ),
    pending: x.func('int XPending(void *display)'),
    checkMaskEvent: x.func('int XCheckMaskEvent(void *display, long mask, _Out_ uint8_t *event)'),
    nextEvent: x.func('int XNextEvent(void *display, _Out_ uint8_t *event)'),
  };
  return {
    openDisplay() {
      // Text comes as UTF-8 whatever the user's locale; a locale that Xlib does not know has no input methods.
      calls.setlocale(LC_ALL, '');
      if (!calls.supportsLocale()) calls.setlocale(LC_ALL, 'C.UTF-8');
      if (!calls.supportsLocale()) throw new Error('Xlib does not know this locale');
      calls.setModifiers('');
      const display: bigint | null = calls.openDisplay(null);
      if (!display) throw new Error('the display cannot be opened');
      const root = BigInt(calls.rootWindow(display));
      return { display, root, descriptor: calls.connectionNumber(display) };
    },
    openInputMethod(display, onGone) {
      const inputMethod: bigint | null = calls.openIm(display, null, null, null);
      if (!inputMethod) return undefined;
      const procedure = koffi.register(onGone, koffi.pointer(calls.destroyProcedure));
      // XIMCallback: data of ours, and the procedure. Xlib keeps a copy.
      const callback = Buffer.alloc(16);
      callback.writeBigUInt64LE(koffi.address(procedure), 8);
      calls.setImValues(inputMethod, 'str', 'destroyCallback', 'void *', callback, 'void *', null);
      return inputMethod;
    },
    createContext(inputMethod, window) {
      const style = ['str', 'inputStyle', 'long', PREEDIT_AND_STATUS_NOTHING];
      const client = ['str', 'clientWindow', 'unsigned long', window];
      const focus = ['str', 'focusWindow', 'unsigned long', window];
      return calls.createIc(inputMethod, ...style, ...client, ...focus, 'void *', null) ?? undefined;
    },
    destroyContext: (context) => calls.destroyIc(context),
    setFocus: (context, focused) => (focused ? calls.setIcFocus(context) : calls.unsetIcFocus(context)),
    filter: (event) => calls.filterEvent(event, 0) !== 0,
    textOf(context, event) {
      const text = Buffer.alloc(MOST_TEXT_BYTES);
      const size: number = calls.lookupString(context, event, text, text.length, null, Buffer.alloc(4));
      // More than the buffer holds is not written, its size is told.
      return size <= text.length ? text.toString('utf8', 0, size) : '';
    },
    nextEvent(display, event) {
      if (calls.pending(display) <= 0) return false;
      calls.nextEvent(display, event);
      return true;
    },
    takeKeys(display) {
      const keys: Buffer[] = [];
      for (;;) {
        const event = Buffer.alloc(eventBytes);
        if (!calls.checkMaskEvent(display, KEY_EVENTS, event)) return keys.reverse();
        keys.push(event);
      }
    },
    waitFor(descriptors) {
      const table = Buffer.alloc(descriptors.length * POLL_BYTES);
      for (const [index, descriptor] of descriptors.entries()) {
        table.writeInt32LE(descriptor, index * POLL_BYTES);
        table.writeInt16LE(POLLIN, index * POLL_BYTES + 4);
      }
      calls.poll(table, descriptors.length, -1);
      // An end or an error is found by reading.
      return descriptors.map((_, index) => table.readInt16LE(index * POLL_BYTES + 6) !== 0);
    },
  };
}
