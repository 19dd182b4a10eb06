import { pause } from '../../../shared/deadline.ts';
import { type ErrorReport, reportOf } from '../../../shared/errors.ts';
import type { Log } from '../../../shared/log.ts';
import type { RuleSource } from '../decision.ts';
import type { RuleList } from '../rule.ts';
import { RuleIndex } from '../rule-index.ts';
import { readRuleList } from '../rule-list.ts';
import type { ListOrigin } from './list-origin.ts';

/** A link that somebody clicked does not wait longer for a server. */
const longestWaitMs = 3_000;

/** One list of rules, kept up to date. A new one that cannot be used leaves the last good one in force. */
export class WatchedList {
  readonly #origin: ListOrigin;
  readonly #onChange: () => void;
  readonly #log: Log;
  readonly #ending = new AbortController();
  readonly #stopWatching: () => void;
  #list: RuleList | undefined;
  #index = new RuleIndex([]);
  #guestIndex: RuleIndex | undefined;
  #failure: ErrorReport | undefined;
  #refreshing: Promise<void> | undefined;
  /** Something is known of it: what it says, or why nobody can tell. */
  readonly #known = Promise.withResolvers<void>();
  #asked = false;

  constructor(origin: ListOrigin, { onChange, log }: { onChange: () => void; log: Log }) {
    this.#origin = origin;
    this.#onChange = onChange;
    this.#log = log;
    this.#stopWatching = origin.watch(() => void this.refresh());
    void this.refresh();
  }

  get name(): string {
    return this.#origin.name;
  }

  get source(): RuleSource {
    return {
      name: this.name,
      index: this.#index,
      ...(this.#guestIndex ? { guestIndex: this.#guestIndex } : {}),
    };
  }

  /** Absent while none was read. */
  get list(): RuleList | undefined {
    return this.#list;
  }

  get failure(): ErrorReport | undefined {
    return this.#failure;
  }

  /** Looks whether it is another one. Never rejects: what is wrong is in `failure`. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /**
   * As new as it can be at once: what lies elsewhere is waited for only as long as nothing is known of it, and not for
   * long; that it changed is found out by itself.
   */
  async settled(): Promise<void> {
    if (!this.#origin.far) return await this.refresh();
    const waited = new AbortController();
    const late = pause(longestWaitMs, waited.signal).catch(() => undefined);
    await Promise.race([this.#known.promise, late]);
    waited.abort();
  }

  /** Resolves when nothing is read or kept any more. */
  async close(): Promise<void> {
    this.#ending.abort(new Error('the list is no longer in use'));
    this.#stopWatching();
    await this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#ending;
    const before = this.#failure;
    try {
      if (!this.#asked) await this.#takeKept();
      this.#asked = true;
      const text = await this.#origin.fetch(signal);
      // One that has not changed is as good, or as bad, as it was; one that could not be fetched is so no longer.
      if (text === 'same') {
        if (this.#failure && this.#failure.code !== 'url.bad-list') this.#failure = undefined;
      } else {
        this.#failure = undefined;
        if (text === 'none') this.#take(undefined);
        else {
          this.#take(readRuleList(text));
          await this.#keep(text);
        }
        this.#log.info({ list: this.name, rules: this.#list?.rules.length ?? 0 }, 'URL rules were read');
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#failure = reportOf(error);
      if (before?.message !== this.#failure.message) {
        this.#log.warn({ list: this.name, error: this.#failure }, 'URL rules could not be read');
      }
    } finally {
      this.#known.resolve();
      if (before?.message !== this.#failure?.message) this.#onChange();
    }
  }

  async #takeKept(): Promise<void> {
    const kept = await this.#origin.kept?.();
    if (kept === undefined) return;
    try {
      this.#take(readRuleList(kept));
      this.#known.resolve();
    } catch (error) {
      this.#log.warn({ list: this.name, error: reportOf(error) }, 'the URL rules that were kept are spoilt');
    }
  }

  /** It is in force already; only the next service would miss it. */
  async #keep(text: string): Promise<void> {
    await this.#origin.keep?.(text).catch((error: unknown) => {
      this.#log.warn({ list: this.name, error: reportOf(error) }, 'URL rules could not be kept');
    });
  }

  #take(list: RuleList | undefined): void {
    this.#list = list;
    const rules = list?.rules ?? [];
    this.#index = new RuleIndex(rules);
    // Whoever can change it on the way could have a guest without a network tell the world what it likes.
    const inGuest = this.#origin.byPlainHttp ? rules.filter(({ verdict }) => verdict.kind !== 'host') : rules;
    this.#guestIndex = inGuest.length < rules.length ? new RuleIndex(inGuest) : undefined;
  }
}
