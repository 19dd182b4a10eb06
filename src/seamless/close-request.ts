/** How long a click on the close button is remembered for the next one to end the process. */
const rememberMs = 10_000;
/** Two clicks within this time are one request: nobody has read the title in between. */
const doubleClickMs = 1_000;

/**
 * What the user's clicks on a window's close button ask for. An application that answers is asked to close, however
 * often. One that hangs is asked, too, for it may only be slow; a second click, after the title has said what it
 * will do, ends its process.
 */
export class CloseRequest {
  readonly #onForgotten: () => void;
  #askedAtMs: number | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  /** `onForgotten`: `remembered` has become false by the time. */
  constructor(onForgotten: () => void) {
    this.#onForgotten = onForgotten;
  }

  /** The user has asked already: the next click ends an application that hangs. */
  get remembered(): boolean {
    return this.#askedAtMs !== undefined;
  }

  clicked(responding: boolean): 'ask' | 'end' {
    const now = performance.now();
    const sinceMs = this.#askedAtMs === undefined ? undefined : now - this.#askedAtMs;
    if (!responding && sinceMs !== undefined && sinceMs >= doubleClickMs) return 'end';
    if (sinceMs === undefined || sinceMs >= doubleClickMs) this.#remember(now);
    return 'ask';
  }

  /** The window is gone. */
  forget(): void {
    clearTimeout(this.#forgetting);
    this.#askedAtMs = undefined;
  }

  #remember(now: number): void {
    this.#askedAtMs = now;
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#askedAtMs = undefined;
      this.#onForgotten();
    }, rememberMs);
  }
}
