import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
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
import { browserRulesPage, navigationTest } from './browser-questions.ts';
import { HostQuota } from './host-quota.ts';
import { linkFailure, openInGuest } from './open-in-guest.ts';
import { RecentLinks } from './recent-links.ts';
import { RefusedLinks } from './refused-links.ts';
import { UnaskedLinks } from './unasked-links.ts';

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
 * and what comes back all the same is opened three times in half a minute at most, on either side.
 */
export class UrlCare {
  readonly changes = new ChangeSignal();
  readonly #parts: UrlCareParts;
  readonly #book: RuleBook;
  readonly #refused = new RefusedLinks();
  /** By workspace: in its guest, and on the host for its guest. */
  readonly #openedInGuest = new Map<string, RecentLinks>();
  readonly #openedForGuest = new Map<string, RecentLinks>();
  readonly #quotas = new Map<string, HostQuota>();
  readonly #unasked = new Map<string, UnaskedLinks>();
  /** For the user, whom no guest keeps from opening a link. */
  readonly #openedOnHost = new RecentLinks();

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
    { url: untrusted, unasked = false, ...where }: Params<'openUrl'>,
    signal: AbortSignal,
  ): Promise<Result<'openUrl'>> {
    try {
      const { address, decision } = await this.#book.ask(untrusted, 'host');
      const { href: url } = address;
      if (decision.to === 'deny') throw denied(url, decision);
      if (decision.to === 'host') {
        if (!this.#openedOnHost.count(url)) throw loop(url);
        return { url, to: 'host' };
      }
      const workspace = this.#parts.workspaces().find(decision.workspace);
      const counted = recentOf(this.#openedInGuest, workspace).count(url);
      if (unasked && !counted) throw loop(url);
      if (unasked) this.#takeUnasked(workspace, address);
      await openInGuest(url, workspace, this.#parts.display, { ...where, unasked }, signal);
      return { url, to: 'guest', workspace: workspace.id };
    } catch (error) {
      if (!signal.aborted) this.#refused.add(error);
      throw error;
    }
  }

  /** A program of the guest behind `bridge` opens a link, and the user lets rules decide where. Never rejects. */
  async openFromGuest(from: LiveWorkspace, untrusted: string, bridge: GuestBridge): Promise<void> {
    try {
      const { address, decision } = await this.#book.ask(untrusted, 'guest');
      const { href: url } = address;
      if (decision.to === 'deny') throw denied(url, decision);
      if (decision.to === 'guest') await this.#stay(from, bridge, url);
      else await this.#leave(from, url);
    } catch (error) {
      this.#parts.log.warn(
        { workspace: from.id, error: reportOf(error) },
        'a link of the guest was not opened',
      );
      this.#refused.addFromGuest(error, from);
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

  async browserRules(params: Params<'browserRules'>): Promise<Result<'browserRules'>> {
    return browserRulesPage(await this.#book.forBrowsers(), params);
  }

  async testNavigation({ url }: Params<'testNavigation'>): Promise<Result<'testNavigation'>> {
    return navigationTest(url, this.#book, this.#parts.workspaces());
  }

  /** Throws `url.unasked`. */
  #takeUnasked({ id, name }: LiveWorkspace, { host, href }: { host: string; href: string }): void {
    const links = this.#unasked.get(id) ?? new UnaskedLinks();
    this.#unasked.set(id, links);
    if (!links.take(host)) throw mayBeNobodys(href, name);
  }

  /** The host's browser opens it, if the guest has not asked for too many. */
  async #leave(from: LiveWorkspace, url: string): Promise<void> {
    if (!recentOf(this.#openedForGuest, from).count(url)) throw loop(url);
    const quota = this.#quotas.get(from.id) ?? new HostQuota();
    this.#quotas.set(from.id, quota);
    const taken = quota.take();
    if (taken === 'first-refused') this.#refused.addFromGuest(tooMany(from), from, { always: true });
    if (taken === 'taken') await this.#parts.openOnHost(url);
  }

  /** The guest's own browser opens it, not whoever asked the host. */
  async #stay(from: LiveWorkspace, bridge: GuestBridge, url: string): Promise<void> {
    // A guest that was stopped or put to rest since is not started for it: that is for the user to say, not for a guest.
    if (bridge.state !== 'ready' || from.session.phase.name !== 'running') return;
    // More often than a user clicks: what opens it there only asks again.
    if (!recentOf(this.#openedInGuest, from).count(url)) return;
    const result = await bridge.openUrl(url, { timeoutMs: openTimeoutMs });
    const failure = linkFailure(result, url, from.name);
    if (failure) throw failure;
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

function recentOf(opened: Map<string, RecentLinks>, { id }: LiveWorkspace): RecentLinks {
  const recent = opened.get(id) ?? new RecentLinks();
  opened.set(id, recent);
  return recent;
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

function loop(url: string): XPaneError {
  return new XPaneError(
    'url.loop',
    `"${displayText(url, 120)}" was asked for again and again, so it is not opened once more.`,
    'If you did not click it so often, choose another browser as the default one, then "xpane integrate url on" again.',
  );
}

function mayBeNobodys(url: string, workspace: string): XPaneError {
  return new XPaneError(
    'url.unasked',
    `Pages have opened so many links in ${workspace} that "${displayText(url, 120)}" waits for your click.`,
    'If you want it, open it there.',
  );
}

function tooMany({ name }: LiveWorkspace): XPaneError {
  return new XPaneError(
    'url.too-many',
    `Programs in ${name} have opened 20 links on this computer within 10 minutes, so no more are opened for now.`,
    'If you did not click so many, look which program in the guest does it, or take back the rules with "host".',
  );
}

function denied(url: string, { by }: Decision): XPaneError {
  const rule = by ? ` (line ${by.rule.line} of ${displayText(by.source, 200)})` : '';
  return new XPaneError(
    'url.denied',
    `A rule forbids to open "${displayText(url, 120)}"${rule}.`,
    'Ask whoever made the rule; "xpane url test" shows it.',
  );
}
