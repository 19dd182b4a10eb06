import type { Params, Result } from '../../launcher/api/methods.ts';
import type { ServiceState } from '../../launcher/api/state.ts';
import type { Decision } from '../../redirection/urls/decision.ts';
import { type ListReport, RuleBook } from '../../redirection/urls/rule-book.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { SettingsStore } from '../../workspace/settings-store.ts';
import { urlSources } from '../../workspace/url-sources.ts';
import { ChangeSignal } from '../change-signal.ts';

/** Of a site list of a hundred thousand nobody reads more. */
const mostListed = 500;

export interface UrlCareParts {
  readonly settings: SettingsStore;
  /** XPanePaths.config and XPanePaths.data. */
  readonly configFolder: string;
  readonly dataFolder: string;
  readonly log: Log;
}

/** What the service does about links: the rules that hold. */
export class UrlCare {
  readonly changes = new ChangeSignal();
  readonly #parts: UrlCareParts;
  readonly #book: RuleBook;

  constructor(parts: UrlCareParts) {
    this.#parts = parts;
    const { settings, configFolder, dataFolder, log } = parts;
    this.#book = new RuleBook({
      sources: () => urlSources(settings.read().urlRules, configFolder),
      keepFolder: `${dataFolder}/url-lists`,
      onChange: () => this.changes.emit(),
      log,
    });
  }

  /** From here on a list that changes is read by itself. Settings that are not valid are told when a link is opened. */
  begin(): void {
    try {
      this.#book.follow();
    } catch (error) {
      this.#parts.log.warn({ error: reportOf(error) }, 'the rules for links are not known');
    }
  }

  async close(): Promise<void> {
    await this.#book.close();
  }

  /** Lists of which the newest is not in force. */
  get broken(): NonNullable<ServiceState['brokenUrlLists']> {
    return this.#book.known.flatMap(({ name, failure }) => (failure ? [{ source: name, failure }] : []));
  }

  async test({ url, from }: Params<'testUrl'>): Promise<Result<'testUrl'>> {
    const { address, decision } = await this.#book.ask(url, from);
    return { url: address.href, from, ...resultOf(decision) };
  }

  async list(): Promise<Result<'listUrlRules'>> {
    const reports = await this.#book.reports();
    const rules = reports.flatMap(({ name: source, list }) =>
      (list?.rules.slice(0, mostListed) ?? []).map(({ verdict: { kind, ...workspace }, line, text }) => ({
        ...{ source, line, text, to: kind },
        ...workspace,
      })),
    );
    return { sources: reports.map(described), rules: rules.slice(0, mostListed) };
  }
}

function resultOf({ to, workspace, by }: Decision): Omit<Result<'testUrl'>, 'url' | 'from'> {
  return {
    to,
    ...(workspace === undefined ? {} : { workspace }),
    ...(by ? { rule: { source: by.source, line: by.rule.line, text: by.rule.text } } : {}),
  };
}

function described({ name, list, failure }: ListReport): Result<'listUrlRules'>['sources'][number] {
  return {
    name,
    rules: list?.rules.length ?? 0,
    ...(list ? { form: list.form } : {}),
    ...(list && list.skipped.count > 0 ? { skipped: list.skipped } : {}),
    ...(failure ? { failure } : {}),
  };
}
