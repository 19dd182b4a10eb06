import type { Duplex } from 'node:stream';
import { type OwnedChild, startChild } from '../../../shared/child-process.ts';
import type { Log } from '../../../shared/log.ts';
import { selfCommand } from '../../../shared/self-command.ts';
import { inputMethodCommand } from './command.ts';
import { KeyOrder } from './key-order.ts';
import {
  type FromInputMethod,
  fromInputMethod,
  type KeyLine,
  LineBuffer,
  type ToInputMethod,
} from './lines.ts';

/** The process answers in well under a millisecond. One that does not hangs, and keys must not hang with it. */
const answerTimeoutMs = 1000;
/** When no input method runs, or its process ended, a change of the focus tries again, no sooner than this. */
const retryMs = 3000;

export interface InputMethodEvents {
  /** A key that the input method leaves alone; also one that it makes up. In their order. */
  onKey(key: KeyLine): void;
  onText(window: number, text: string): void;
}

export interface InputMethodOptions extends InputMethodEvents {
  readonly display: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * The user's input method (ibus, fcitx, …), spoken to by XIM in a process of its own. Keys go there first and come
 * back, or text in their place. While it does not run, or hangs, `takes` says no. Its owner must `close` it.
 */
export class InputMethod {
  readonly #options: InputMethodOptions;
  #child: OwnedChild | undefined;
  #channel: Duplex | undefined;
  #ready = false;
  #closed = false;
  #triedAt = Number.NEGATIVE_INFINITY;
  #focused: number | undefined;
  /** Keys that the process has not answered for; each is followed by a ping of the same number. */
  readonly #unanswered = new Map<number, { readonly key: KeyLine; readonly timer: NodeJS.Timeout }>();
  readonly #order: KeyOrder;
  #lastId = 0;

  constructor(options: InputMethodOptions) {
    this.#options = options;
    this.#order = new KeyOrder((key) => options.onKey(key));
    void this.#start();
  }

  /** Takes the key over, unless there is no input method: then the caller goes on with it. */
  takes(key: KeyLine): boolean {
    if (!this.#ready) return false;
    this.#lastId = (this.#lastId + 1) >>> 0;
    const timer = setTimeout(() => this.#hangs(), answerTimeoutMs);
    this.#unanswered.set(this.#lastId, { key, timer });
    this.#order.sent(key);
    this.#say(key);
    this.#say({ type: 'ping', id: this.#lastId });
    return true;
  }

  /** The focus is on a window of ours, or on none. */
  focus(window: number | undefined): void {
    if (window === this.#focused) return;
    if (this.#focused !== undefined) this.#say({ type: 'blur', window: this.#focused });
    this.#focused = window;
    this.#order.reset();
    if (window === undefined) return;
    void this.#start();
    this.#say({ type: 'focus', window });
  }

  /** The window is going: the input method forgets it. */
  forget(window: number): void {
    if (this.#focused === window) this.#focused = undefined;
    this.#say({ type: 'closed', window });
  }

  close(): void {
    this.#closed = true;
    this.#order.reset();
    void this.#child?.kill();
  }

  #say(message: ToInputMethod): void {
    if (this.#ready) this.#channel?.write(`${JSON.stringify(message)}\n`);
  }

  async #start(): Promise<void> {
    const { display, env, log } = this.#options;
    if (this.#closed || this.#child || performance.now() - this.#triedAt < retryMs) return;
    this.#triedAt = performance.now();
    try {
      const { command, args } = selfCommand();
      const child = await startChild({
        command,
        args: [...args, inputMethodCommand],
        env: { ...env, DISPLAY: display },
        channel: true,
      });
      this.#child = child;
      if (this.#closed) void child.kill();
      this.#channel = child.channel;
      this.#listen(child);
      const exit = await child.exited;
      log.info({ exit, words: child.tail() }, 'the input method is not there, or ended');
      if (this.#child === child) this.#gone();
    } catch (error) {
      log.warn({ error: String(error) }, 'the process for input methods could not be started');
    }
  }

  #listen({ channel, kill }: OwnedChild): void {
    const lines = new LineBuffer();
    channel?.on('error', () => undefined); // its end is told by `exited`
    channel?.on('data', (bytes: Buffer) => {
      try {
        for (const line of lines.push(bytes)) this.#hear(fromInputMethod.parse(JSON.parse(line)));
      } catch (error) {
        this.#options.log.error({ error: String(error) }, 'the process for input methods says nonsense');
        void kill();
      }
    });
  }

  #hear(message: FromInputMethod): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        if (this.#focused !== undefined) this.#say({ type: 'focus', window: this.#focused });
        return;
      case 'pong':
        clearTimeout(this.#unanswered.get(message.id)?.timer);
        this.#unanswered.delete(message.id);
        return;
      case 'key':
        this.#order.cameBack(message);
        return;
      case 'text':
        this.#options.onText(message.window, message.text);
        this.#order.text();
    }
  }

  #hangs(): void {
    this.#options.log.warn({}, 'the input method hangs and is given up for now');
    void this.#child?.kill();
    this.#gone();
  }

  /** What it has not answered for is lost to it, not to the user. */
  #gone(): void {
    this.#ready = false;
    this.#child = undefined;
    this.#channel = undefined;
    this.#order.reset();
    const left = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const { key, timer } of left) {
      clearTimeout(timer);
      this.#options.onKey(key);
    }
  }
}

/** Whether the user has chosen an input method, by the variable that all of them set. Pure. */
export function namesInputMethod(env: NodeJS.ProcessEnv): boolean {
  const name = /@im=([^@]*)/.exec(env.XMODIFIERS ?? '')?.[1];
  return name !== undefined && name !== '' && name !== 'none' && name !== 'local';
}
