import type { Params, Result } from '../../launcher/api/methods.ts';
import type { ServiceState } from '../../launcher/api/state.ts';
import type { Decision } from '../../redirection/urls/decision.ts';
import { type ListReport, RuleBook } from '../../redirection/urls/rule-book.ts';
import { type ErrorReport, reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import type { SettingsStore } from '../../workspace/settings-store.ts';
import { urlSources } from '../../workspace/url-sources.ts';
import { ChangeSignal } from '../change-signal.ts';
import type { Display } from '../display.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import type { LiveWorkspaces } from '../live-workspaces.ts';
import { linkFailure, openInGuest } from './open-in-guest.ts';
import { RecentLinks } from './recent-links.ts';
import { RefusedLinks } from './refused-links.ts';

/** Of a site list of a hundred thousand nobody reads more. */
const mostListed = 500;

export interface UrlCareParts {
  readonly settings: SettingsStore;
  /** XPanePaths.config and XPanePaths.data. */
  readonly configFolder: string;
  readonly dataFolder: string;
  readonly workspaces: () => LiveWorkspaces;
  readonly display: Display;
  /** Has the user's own browser open a link that a guest asked for. Rejects with `browser.*`, `url.loop`. */
  readonly openOnHost: (url: string) => Promise<void>;
  readonly log: Log;
}

const openTimeoutMs = 30_000;

/**
 * What the service does about links: the rules that hold, and where links go by them. No link goes in a circle: rules
 * say the same to both sides, each side opens what is its own by its own browser and never by whom it would ask first,
 * and what comes back all the same is opened three times in half a minute at most.
 */
export class UrlCare {
  readonly changes = new ChangeSignal();
  readonly #parts: UrlCareParts;
  readonly #book: RuleBook;
  readonly #refused = new RefusedLinks();
  /** By workspace. */
  readonly #openedInGuest = new Map<string, RecentLinks>();

  constructor(parts: UrlCareParts) {
    this.#parts = parts;
    const { settings, configFolder, dataFolder, log } = parts;
    this.#book = new RuleBook({
      sources: () => urlSources(settings.read().urlRules, configFolder),
      keepFolder: `${dataFolder}/url-lists`,
      onChange: () => this.changes.emit(),
      log,
    });
    this.#refused.changes.listen(() => this.changes.emit());
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

  get refused(): NonNullable<ServiceState['refusedLinks']> {
    return this.#refused.told;
  }

  /** Somebody clicked a link on the host. What goes wrong is told him here, too: a desktop shows no error of a handler. */
  async open(
    { url: untrusted, ...where }: Params<'openUrl'>,
    signal: AbortSignal,
  ): Promise<Result<'openUrl'>> {
    try {
      const { address, decision } = await this.#book.ask(untrusted, 'host');
      const { href: url } = address;
      if (decision.to === 'deny') throw denied(url, decision);
      if (decision.to === 'host') return { url, to: 'host' };
      const workspace = this.#parts.workspaces().find(decision.workspace);
      this.#recent(workspace).count(url);
      await openInGuest(url, workspace, this.#parts.display, where, signal);
      return { url, to: 'guest', workspace: workspace.id };
    } catch (error) {
      if (!signal.aborted) this.#refused.add(error);
      throw error;
    }
  }

  /** A program of a guest opens a link, and the user lets rules decide where. Never rejects. */
  async openFromGuest(from: LiveWorkspace, untrusted: string): Promise<void> {
    try {
      const { address, decision } = await this.#book.ask(untrusted, 'guest');
      const { href: url } = address;
      if (decision.to === 'deny') throw denied(url, decision);
      if (decision.to === 'guest') await this.#stay(from, url);
      else await this.#parts.openOnHost(url);
    } catch (error) {
      this.#parts.log.warn(
        { workspace: from.id, error: reportOf(error) },
        'a link of the guest was not opened',
      );
      this.#refused.addFromGuest(error);
    }
  }

  /** Whoever was to open a link on the host could not. */
  failed({ code, message, hint }: ErrorReport): void {
    this.#refused.add(new XPaneError(code, message, hint));
  }

  async test({ url, from }: Params<'testUrl'>): Promise<Result<'testUrl'>> {
    const { address, decision } = await this.#book.ask(url, from);
    return { url: address.href, from, ...resultOf(decision) };
  }

  /** The guest's own browser opens it, not whoever asked the host. */
  async #stay(from: LiveWorkspace, url: string): Promise<void> {
    // More often than a user clicks: what opens it there only asks again.
    if (!this.#recent(from).count(url)) return;
    const bridge = await from.ensureReady();
    const result = await bridge.openUrl(url, { timeoutMs: openTimeoutMs });
    const failure = linkFailure(result, url, from.name);
    if (failure) throw failure;
  }

  #recent({ id }: LiveWorkspace): RecentLinks {
    const recent = this.#openedInGuest.get(id) ?? new RecentLinks();
    this.#openedInGuest.set(id, recent);
    return recent;
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

function denied(url: string, { by }: Decision): XPaneError {
  const rule = by ? ` (line ${by.rule.line} of ${displayText(by.source, 200)})` : '';
  return new XPaneError(
    'url.denied',
    `A rule forbids to open "${displayText(url, 120)}"${rule}.`,
    'Ask whoever made the rule; "xpane url test" shows it.',
  );
}
