/** More changes of a window within a second than this nobody could see. */
const mostPerSecond = 60;
/** A window that changes too often is brought up to date this often. */
const catchUpMs = 16;

/**
 * Keeps a guest that changes its windows a thousand times a second from keeping the host busy. What ordinary windows
 * do passes at once; of those beyond that, the newest change counts.
 */
export class ChangePace {
  readonly #apply: (windowId: number) => void;
  readonly #onTooMany: () => void;
  readonly #counts = new Map<number, number>();
  readonly #late = new Set<number>();
  #secondEndsMs = 0;
  #said = false;
  #catchingUp: NodeJS.Timeout | undefined;

  /** `apply` brings the window to what the guest says of it by then; `onTooMany` is called once. */
  constructor(apply: (windowId: number) => void, onTooMany: () => void) {
    this.#apply = apply;
    this.#onTooMany = onTooMany;
  }

  changed(windowId: number): void {
    const now = performance.now();
    if (now >= this.#secondEndsMs) {
      this.#secondEndsMs = now + 1_000;
      this.#counts.clear();
    }
    const count = (this.#counts.get(windowId) ?? 0) + 1;
    this.#counts.set(windowId, count);
    if (count <= mostPerSecond && !this.#late.has(windowId)) {
      this.#apply(windowId);
      return;
    }
    if (!this.#said) this.#onTooMany();
    this.#said = true;
    this.#late.add(windowId);
    this.#catchingUp ??= setTimeout(() => this.catchUp(), catchUpMs);
  }

  /** Something happened that is seen from these windows: they are brought up to date now. */
  catchUp(): void {
    clearTimeout(this.#catchingUp);
    this.#catchingUp = undefined;
    const late = [...this.#late];
    this.#late.clear();
    for (const windowId of late) this.#apply(windowId);
  }

  close(): void {
    clearTimeout(this.#catchingUp);
  }
}
