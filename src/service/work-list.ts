import type { Work } from '../launcher/api/state.ts';
import { XPaneError } from '../shared/errors.ts';
import { ChangeSignal } from './change-signal.ts';

export interface WorkOptions {
  /** The client's own number for it. */
  readonly id: string;
  /** What is being done, in words for the user. */
  readonly text: string;
  /** Aborted when the service ends. */
  readonly signal: AbortSignal;
}

/** What a piece of work reports to and watches. */
export interface WorkHandle {
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onFraction: (fraction: number) => void;
}

/** Long work on disks that goes on in the service: shown to everybody, cancelled by whoever knows its number. */
export class WorkList {
  readonly changes = new ChangeSignal();
  readonly #under = new Map<string, { state: Work; cancel: AbortController; done: Promise<unknown> }>();

  get all(): readonly Work[] {
    return [...this.#under.values()].map(({ state }) => state);
  }

  /** Rejects with what `work` throws; `work.cancelled` when it was cancelled, `work.busy` for a number in use. */
  async run<T>({ id, text, signal }: WorkOptions, work: (handle: WorkHandle) => Promise<T>): Promise<T> {
    if (this.#under.has(id)) throw inUse();
    const cancel = new AbortController();
    const handle = {
      signal: AbortSignal.any([signal, cancel.signal]),
      onFraction: (fraction: number) => this.#progress(id, fraction),
    };
    const done = work(handle);
    this.#under.set(id, { state: { id, text }, cancel, done });
    this.changes.emit();
    try {
      return await done;
    } finally {
      this.#under.delete(id);
      this.changes.emit();
    }
  }

  /** One that is done is nothing. */
  cancel(id: string): void {
    this.#under.get(id)?.cancel.abort(cancelled());
  }

  /** Cancels everything, and resolves when nothing is at work any more. */
  async cancelAll(): Promise<void> {
    const under = [...this.#under.values()];
    for (const { cancel } of under) cancel.abort(cancelled());
    await Promise.allSettled(under.map(({ done }) => done));
  }

  #progress(id: string, fraction: number): void {
    const work = this.#under.get(id);
    if (!work) return;
    work.state = { ...work.state, fraction: Math.min(1, Math.max(0, fraction)) };
    this.changes.emit();
  }
}

function cancelled(): XPaneError {
  return new XPaneError(
    'work.cancelled',
    'It was cancelled; nothing of it was left.',
    'Ask for it again when you need it.',
  );
}

function inUse(): XPaneError {
  return new XPaneError('work.busy', 'This is being done already.', 'Wait until it is done.');
}
