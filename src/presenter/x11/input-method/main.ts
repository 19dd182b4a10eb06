import { readSync, writeSync } from 'node:fs';
import { keyEvent, keyOf } from './key-event.ts';
import {
  type FromInputMethod,
  inputMethodDescriptor,
  type KeyLine,
  LineBuffer,
  type ToInputMethod,
  toInputMethod,
} from './lines.ts';
import { eventBytes, loadXlib } from './xlib.ts';

/**
 * `xpane input-method`: speaks XIM for the presenter, by Xlib. A process of its own, since Xlib waits without end for
 * an input method that hangs and ends the process when the display does. It waits for its two connections and does
 * nothing else, so it can block. Returns when the presenter or the input method is gone, or at once when none runs.
 */
export function runInputMethod(): void {
  const xlib = loadXlib();
  const { display, root, descriptor } = xlib.openDisplay();
  let gone = false;
  const inputMethod = xlib.openInputMethod(display, () => {
    gone = true;
  });
  if (inputMethod === undefined) return;
  const contexts = new Map<number, bigint>();
  const lines = new LineBuffer();
  const input = Buffer.alloc(1 << 16);
  let serial = 0n;

  const contextOf = (window: number) => {
    const context = contexts.get(window) ?? xlib.createContext(inputMethod, window);
    if (context !== undefined) contexts.set(window, context);
    return context;
  };
  /** What the input method does not want, or has made. */
  const passOn = (event: Buffer) => {
    const key = keyOf(event);
    if (!key) return;
    if (key.keycode !== 0) {
      tell(key);
      return;
    }
    const context = contexts.get(key.window);
    const text = context === undefined ? '' : xlib.textOf(context, event);
    if (text !== '') tell({ type: 'text', window: key.window, text });
  };
  /** Whether the event is none of the input method's. What came of it is passed on. */
  const offer = (event: Buffer) => {
    const taken = xlib.filter(event);
    for (const key of xlib.takeKeys(display)) if (!xlib.filter(key)) passOn(key);
    return !taken;
  };
  const take = (key: KeyLine) => {
    serial += 1n;
    const event = keyEvent(key, { display, root, serial });
    if (contextOf(key.window) === undefined || offer(event)) passOn(event);
  };
  const obey = (message: ToInputMethod) => {
    switch (message.type) {
      case 'key':
        return take(message);
      case 'ping':
        return tell({ type: 'pong', id: message.id });
      case 'closed': {
        const context = contexts.get(message.window);
        if (context !== undefined) xlib.destroyContext(context);
        contexts.delete(message.window);
        return;
      }
      default: {
        const context = contextOf(message.window);
        if (context !== undefined) xlib.setFocus(context, message.type === 'focus');
      }
    }
  };

  tell({ type: 'ready' });
  const event = Buffer.alloc(eventBytes);
  for (;;) {
    while (xlib.nextEvent(display, event)) if (offer(event)) passOn(event);
    if (gone) return;
    const [presenter] = xlib.waitFor([inputMethodDescriptor, descriptor]);
    if (!presenter) continue;
    const size = readSync(inputMethodDescriptor, input);
    if (size === 0) return;
    for (const line of lines.push(input.subarray(0, size))) obey(toInputMethod.parse(JSON.parse(line)));
  }
}

function tell(message: FromInputMethod): void {
  writeSync(inputMethodDescriptor, `${JSON.stringify(message)}\n`);
}
