import type { ErrorReport } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { type BrowserRules, BrowserRulesMaker } from './browser/browser-rules.ts';
import { type Decision, decide, type Side } from './decision.ts';
import type { RuleList } from './rule.ts';
import { addressOrigin } from './sources/address-origin.ts';
import { fileOrigin } from './sources/file-origin.ts';
import { WatchedList } from './sources/watched-list.ts';
import { type WebAddress, webAddress } from './web-address.ts';

/** What a list of rules is read from; see `urlRules` of the settings. */
export type ListSource =
  | { readonly kind: 'file'; readonly path: string; readonly optional: boolean }
  | { readonly kind: 'address'; readonly url: string };

export interface ListReport {
  readonly name: string;
  /** Absent while none was read. */
  readonly list?: RuleList;
  /** Why the newest is not in force. */
  readonly failure?: ErrorReport;
}

export interface RuleBookOptions {
  /** Asked before each decision, so that a change of the settings counts at once. May throw `settings.*`, `policy.*`. */
  readonly sources: () => readonly ListSource[];
  /** Lists that were fetched are kept there. */
  readonly keepFolder: string;
  /** What is wrong with a list changed. */
  readonly onChange: () => void;
  readonly log: Log;
}

/** All rules in force, and what they say of an address. */
export class RuleBook {
  readonly #options: RuleBookOptions;
  /** In the order in which they are asked; by what they are read from. */
  #lists = new Map<string, WatchedList>();
  readonly #forBrowsers = new BrowserRulesMaker();

  constructor(options: RuleBookOptions) {
    this.#options = options;
  }

  /**
   * Where an address opens that somebody asks for at `from`. A list whose file has changed is read before. Throws
   * `url.*` for what is no address to be opened, and what the settings throw.
   */
  async ask(
    untrusted: string,
    from: Side,
  ): Promise<{ readonly address: WebAddress; readonly decision: Decision }> {
    const address = webAddress(untrusted, from);
    const lists = await this.#settled();
    return {
      address,
      decision: decide(
        lists.map(({ source }) => source),
        address,
        from,
      ),
    };
  }

  /** What a browser has to ask about, as all rules are now. Throws what the settings throw. */
  async forBrowsers(): Promise<BrowserRules> {
    const lists = await this.#settled();
    return this.#forBrowsers.of(lists.map(({ list }) => list?.rules ?? []));
  }

  async reports(): Promise<readonly ListReport[]> {
    await this.#settled();
    return this.known;
  }

  /** Without a look at what may have changed. */
  get known(): readonly ListReport[] {
    return [...this.#lists.values()].map(({ name, list, failure }) => ({
      name,
      ...(list ? { list } : {}),
      ...(failure ? { failure } : {}),
    }));
  }

  /** Follows the settings, and begins to watch. */
  follow(): void {
    const before = this.#lists;
    this.#lists = new Map(
      this.#options.sources().map((source) => {
        const key = JSON.stringify(source);
        return [key, before.get(key) ?? this.#open(source)];
      }),
    );
    const gone = [...before].filter(([key]) => !this.#lists.has(key));
    for (const [, list] of gone) void list.close();
    if (gone.some(([, { failure }]) => failure)) this.#options.onChange();
  }

  async close(): Promise<void> {
    const lists = [...this.#lists.values()];
    this.#lists = new Map();
    await Promise.all(lists.map((list) => list.close()));
  }

  async #settled(): Promise<readonly WatchedList[]> {
    this.follow();
    const lists = [...this.#lists.values()];
    await Promise.all(lists.map((list) => list.settled()));
    return lists;
  }

  #open(source: ListSource): WatchedList {
    const { keepFolder, onChange, log } = this.#options;
    const origin =
      source.kind === 'file'
        ? fileOrigin(source.path, { optional: source.optional })
        : addressOrigin(source.url, keepFolder);
    return new WatchedList(origin, { onChange, log });
  }
}
