import { XPaneError } from '../../shared/errors.ts';

/** A file on its way, as the user is told. */
export interface Transfer {
  /** No other transfer of this process has it. */
  readonly id: number;
  readonly name: string;
  readonly direction: 'to-guest' | 'from-guest';
  /** 0 to 1. */
  readonly fraction: number;
}

export interface Following {
  readonly onProgress: (bytes: number) => void;
  /** The user cancels it, or whoever asked for it. */
  readonly signal: AbortSignal;
}

/** What takes no longer need not be told. */
const shownAfterMs = 1000;
/** A bar that is followed by an eye. */
const stepMs = 200;

let lastId = 0;

/** Files that are on their way; those that are for longer than a moment are shown. */
export class TransferList {
  readonly #onChange: () => void;
  readonly #shown = new Map<number, Transfer>();
  readonly #cancels = new Map<number, AbortController>();
  #lastTold = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get shown(): readonly Transfer[] {
    return [...this.#shown.values()];
  }

  /** By the user. Returns how many were under way and end now. */
  cancel(which: number | 'all'): number {
    const all = which === 'all' ? [...this.#cancels.values()] : [this.#cancels.get(which)];
    for (const each of all) each?.abort();
    return all.filter((each) => each !== undefined).length;
  }

  /** Follows `work`, which tells the bytes it has moved in all. Throws `files.cancelled` when the user has cancelled it. */
  async follow<T>(
    transfer: Pick<Transfer, 'name' | 'direction'> & { readonly sizeBytes: number },
    signal: AbortSignal,
    work: (following: Following) => Promise<T>,
  ): Promise<T> {
    const id = ++lastId;
    const { name, direction, sizeBytes } = transfer;
    const cancel = new AbortController();
    this.#cancels.set(id, cancel);
    let fraction = 0;
    const show = () => {
      this.#shown.set(id, { id, name, direction, fraction });
      this.#lastTold = performance.now();
      this.#onChange();
    };
    const timer = setTimeout(show, shownAfterMs);
    const onProgress = (bytes: number) => {
      fraction = sizeBytes > 0 ? Math.min(1, bytes / sizeBytes) : 1;
      if (this.#shown.has(id) && performance.now() - this.#lastTold >= stepMs) show();
    };
    try {
      return await work({ onProgress, signal: AbortSignal.any([signal, cancel.signal]) });
    } catch (error) {
      throw cancel.signal.aborted && !signal.aborted ? cancelled(name, error) : error;
    } finally {
      clearTimeout(timer);
      this.#cancels.delete(id);
      if (this.#shown.delete(id)) this.#onChange();
    }
  }
}

function cancelled(name: string, cause: unknown): XPaneError {
  return new XPaneError(
    'files.cancelled',
    `You have cancelled the transfer of ${name}.`,
    'What the guest has comes when it is saved again, opened again, or the guest ends.',
    cause,
  );
}

/** Of several transfers at once: each call gives one of them what it tells its own bytes. */
export function totalled(onProgress: (bytes: number) => void): () => (bytes: number) => void {
  let total = 0;
  return () => {
    let last = 0;
    return (bytes) => {
      total += bytes - last;
      last = bytes;
      onProgress(total);
    };
  };
}
