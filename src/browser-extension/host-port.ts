import { type Answer, absence, type BrowserFilter, type FromHost, type Question } from './messages.ts';

const hostName = 'xpane.links';
const shortestPauseMs = 10_000;
const longestPauseMs = 600_000;

export interface HostPortEvents {
  /** All of them, whenever they are others. */
  onFilters(revision: string, filters: readonly BrowserFilter[]): void;
  /** XPane, or its service, is not there: nobody can be asked. */
  onGone(): void;
}

/** Thrown to whoever asks while nobody can answer. */
export class GoneError extends Error {}

/**
 * The way to XPane. While it is open Chromium keeps this worker alive. Where there is no XPane it is tried again when the
 * user goes somewhere, less and less often.
 */
export class HostPort {
  readonly #events: HostPortEvents;
  #port: ChromePort | undefined;
  #lastId = 0;
  #pauseMs = shortestPauseMs;
  #triedMs = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  /** Filters of a revision that is not complete yet. */
  #begun: { readonly revision: string; readonly filters: BrowserFilter[] } | undefined;

  constructor(events: HostPortEvents) {
    this.#events = events;
  }

  /** Unless it was tried a moment ago. */
  connectIfDue(): void {
    if (!this.#port && performance.now() - this.#triedMs >= this.#pauseMs) this.#connect();
  }

  /** Rejects with GoneError where nobody answers. */
  ask(question: Question): Promise<Answer> {
    const port = this.#port ?? this.#connect();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.set(id, answer);
    port.postMessage({ id, ...question });
    return answer.promise;
  }

  #connect(): ChromePort {
    this.#triedMs = performance.now();
    const port = chrome.runtime.connectNative(hostName);
    this.#port = port;
    port.onMessage.addListener((message) => this.#receive(message as FromHost));
    port.onDisconnect.addListener(() => {
      console.info('XPane is not there:', chrome.runtime.lastError?.message ?? 'it has ended');
      this.#port = undefined;
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
      this.#gone();
    });
    return port;
  }

  #receive(message: FromHost): void {
    switch (message.kind) {
      case 'rules':
        this.#pauseMs = shortestPauseMs;
        this.#take(message);
        break;
      case 'gone':
        this.#gone();
        break;
      default:
        // In its turn among the rules: those of the next service come after it.
        if (message.kind === 'failed' && absence.includes(message.failure.code)) this.#gone();
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
    }
  }

  #take({ revision, from, total, filters }: Extract<FromHost, { kind: 'rules' }>): void {
    if (from === 0) this.#begun = { revision, filters: [] };
    if (this.#begun?.revision !== revision || this.#begun.filters.length !== from) return;
    this.#begun.filters.push(...filters);
    if (this.#begun.filters.length < total) return;
    this.#events.onFilters(revision, this.#begun.filters);
    this.#begun = undefined;
  }

  #gone(): void {
    for (const { reject } of this.#waiting.values()) reject(new GoneError());
    this.#waiting.clear();
    this.#begun = undefined;
    this.#events.onGone();
  }
}
