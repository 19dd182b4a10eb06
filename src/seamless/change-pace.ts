export interface PaceLimits {
  /** Changes of one thing within a second that pass at once; more nobody could see. */
  readonly perSecond: number;
  /** Of all things together: the window manager and panels have to keep up with them. */
  readonly inAllPerSecond: number;
  /** What changes too often is brought up to date this often, */
  readonly catchUpMs: number;
  /** so many things at a time, those that wait longest first. */
  readonly mostAtOnce: number;
}

const windowLimits: PaceLimits = { perSecond: 60, inAllPerSecond: 240, catchUpMs: 16, mostAtOnce: 2 };

/**
 * Keeps a guest that changes its windows a thousand times a second, or a thousand windows at once, from keeping the
 * host busy. What ordinary windows do passes at once; of what is beyond that, the newest change counts.
 */
export class ChangePace {
  readonly #apply: (id: number) => void;
  readonly #onTooMany: () => void;
  readonly #limits: PaceLimits;
  readonly #counts = new Map<number, number>();
  readonly #late = new Set<number>();
  #countInAll = 0;
  #secondEndsMs = 0;
  #said = false;
  #catchingUp: NodeJS.Timeout | undefined;

  /** `apply` brings the thing to what the guest says of it by then; `onTooMany` is called once. */
  constructor(apply: (id: number) => void, onTooMany: () => void, limits: PaceLimits = windowLimits) {
    this.#apply = apply;
    this.#onTooMany = onTooMany;
    this.#limits = limits;
  }

  changed(id: number): void {
    const now = performance.now();
    if (now >= this.#secondEndsMs) {
      this.#secondEndsMs = now + 1_000;
      this.#counts.clear();
      this.#countInAll = 0;
    }
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    this.#countInAll++;
    const { perSecond, inAllPerSecond } = this.#limits;
    if (count <= perSecond && this.#countInAll <= inAllPerSecond && !this.#late.has(id)) {
      this.#apply(id);
      return;
    }
    if (!this.#said) this.#onTooMany();
    this.#said = true;
    this.#late.add(id);
    this.#catchUpSoon();
  }

  /** Something happened that is seen from this one: it is brought up to date now. */
  catchUp(id: number): void {
    if (this.#late.delete(id)) this.#apply(id);
  }

  close(): void {
    clearTimeout(this.#catchingUp);
  }

  #catchUpSoon(): void {
    this.#catchingUp ??= setTimeout(() => {
      this.#catchingUp = undefined;
      for (const id of [...this.#late].slice(0, this.#limits.mostAtOnce)) this.catchUp(id);
      if (this.#late.size > 0) this.#catchUpSoon();
    }, this.#limits.catchUpMs);
  }
}
