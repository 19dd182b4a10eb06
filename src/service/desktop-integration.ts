import type {
  DesktopApplication,
  DesktopWorkspace,
} from '../integration/applications/desktop-application.ts';
import { iconSizesPx } from '../integration/applications/file-names.ts';
import {
  type DesktopPlace,
  publishApplications,
  withdrawApplications,
} from '../integration/applications/publish.ts';
import type { IntegrationStatus } from '../launcher/api/integration-methods.ts';
import { refusal } from '../redirection/files/file-rules.ts';
import { applicationClass } from '../seamless/title-mark.ts';
import { type ErrorReport, reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ApplicationDetails } from '../workspace/catalogue.ts';
import { fileRule } from '../workspace/file-rule.ts';
import { themeIcons, themeSizesOf } from '../workspace/icon-sizes.ts';
import type { Settings } from '../workspace/settings-schema.ts';
import { unpublishedRule } from '../workspace/unpublished-rule.ts';
import type { LiveWorkspace } from './live-workspace.ts';

/**
 * Changes come in rushes: an installer makes a dozen shortcuts, a guest tells all of its at once. One that never ceases
 * to change is followed less and less, as each time costs the user's desktop a look at everything.
 */
const leastPauseMs = 500;
const mostPauseMs = 60_000;
/** After this long without a change the next one is followed at once. */
const quietMs = 2 * mostPauseMs;

export interface DesktopIntegrationParts {
  readonly place: DesktopPlace;
  readonly workspaces: () => readonly LiveWorkspace[];
  /** Of a workspace, as they are now; may throw `settings.*`, `policy.*`. */
  readonly settingsOf: (live: LiveWorkspace) => Settings;
  /** The user's, for all workspaces that have none of their own. Throws `settings.*`. */
  readonly setIntegration: (to: 'on' | 'off') => void;
  readonly log: Log;
}

/** A workspace's part, and what it was made of. */
interface Shown {
  /** Another list whenever the guest has told something new. */
  readonly source: readonly unknown[];
  readonly rules: string;
  readonly applications: readonly DesktopApplication[];
  readonly unpublished: number;
  /** The applications, to compare them. */
  readonly text: string;
}

/**
 * Keeps the user's desktop at what the guests publish: the owner of all that XPane has there. It looks at everything again
 * after each change, so nothing has to be remembered but what it wrote last, and what a kill has left half is made whole
 * by the next service.
 */
export class DesktopIntegration {
  readonly #parts: DesktopIntegrationParts;
  /** What the desktop has, as far as this service knows. */
  #published: string | undefined;
  #status: Pick<IntegrationStatus, 'applications' | 'unpublished' | 'failure'> = {
    applications: 0,
    unpublished: 0,
  };
  /** By workspace, while guest and settings say the same: a change of a window is no reason to go through them all. */
  readonly #shown = new Map<string, Shown>();
  /** By file: its name tells its picture, which stays. */
  readonly #iconEdgesPx = new Map<string, readonly number[]>();
  /** Set until what it began is over. */
  #timer: NodeJS.Timeout | undefined;
  /** Something may have, since the look at it began. */
  #changed = false;
  #pauseMs = leastPauseMs;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #work: Promise<void> = Promise.resolve();
  /** The only pass that waits for the one under way: it sees whatever has changed until it begins. */
  #waiting: { readonly done: Promise<void>; anew: boolean } | undefined;
  /** The user has switched it off: what he chose applications for goes, too. */
  #forget = false;
  readonly #end = new AbortController();

  constructor(parts: DesktopIntegrationParts) {
    this.#parts = parts;
  }

  /** Something may have changed. Cheap: looks soon, and does nothing if nothing has. */
  look(): void {
    if (this.#end.signal.aborted) return;
    if (this.#timer) {
      this.#changed = true;
      return;
    }
    if (performance.now() - this.#publishedAtMs > quietMs) this.#pauseMs = leastPauseMs;
    this.#changed = false;
    this.#timer = setTimeout(() => void this.#lookNow(), this.#pauseMs);
  }

  /** The next pause begins after it, and is as long as this has made it. */
  async #lookNow(): Promise<void> {
    this.#changed = false;
    await this.#next(false);
    this.#timer = undefined;
    if (this.#changed) this.look();
  }

  /** Makes it right at once, whatever is thought to be there. Rejects with `settings.*`, `policy.*`. */
  async switchTo(to: 'on' | 'off' | 'status'): Promise<IntegrationStatus> {
    if (to !== 'status') this.#parts.setIntegration(to);
    if (to !== 'status') this.#forget = to === 'off';
    await this.#next(true);
    const stillOn = to === 'off' ? this.#stillOn() : [];
    return {
      ...{ integration: this.#isOn() ? 'on' : 'off', ...this.#status },
      ...(stillOn.length > 0 ? { stillOn } : {}),
    };
  }

  /**
   * What is under way is given up, for the next service to make right: guests wait for this. Nothing is removed, as the
   * desktop starts a service when it needs one.
   */
  async close(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** One after the other, and one waiting at most. Never rejects: what went wrong is in the status. */
  #next(anew: boolean): Promise<void> {
    if (this.#waiting) {
      this.#waiting.anew ||= anew;
      return this.#waiting.done;
    }
    const done = this.#work.then(() => {
      const all = this.#waiting?.anew ?? anew;
      this.#waiting = undefined;
      return this.#reconcile(all);
    });
    this.#waiting = { done, anew };
    this.#work = done;
    return done;
  }

  async #reconcile(anew: boolean): Promise<void> {
    const { place, log } = this.#parts;
    const { signal } = this.#end;
    if (signal.aborted) return;
    try {
      const { workspaces, unpublished, text: wanted } = await this.#wanted(anew);
      const count = workspaces.reduce((sum, { applications }) => sum + applications.length, 0);
      if (!anew && wanted === this.#published) return;
      this.#published = undefined;
      if (this.#forget && !this.#isOn()) await withdrawApplications(place, log, signal);
      else await publishApplications(place, workspaces, log, signal);
      this.#forget = false;
      this.#published = wanted;
      // What the user asks for costs no guest its turn.
      if (!anew) this.#pauseMs = Math.min(2 * this.#pauseMs, mostPauseMs);
      this.#publishedAtMs = performance.now();
      this.#status = { applications: count, unpublished };
      log.info(this.#status, 'the desktop has the published applications');
    } catch (error) {
      if (signal.aborted) return;
      const failure: ErrorReport = reportOf(error);
      // Each change would say it again.
      if (this.#status.failure?.message !== failure.message) {
        log.warn({ error: failure }, 'the desktop could not be told of applications');
      }
      this.#status = { ...this.#status, failure };
    }
  }

  async #wanted(anew: boolean) {
    let unpublished = 0;
    const workspaces: DesktopWorkspace[] = [];
    const texts: string[] = [];
    const all = this.#parts.workspaces();
    for (const id of this.#shown.keys()) if (all.every((live) => live.id !== id)) this.#shown.delete(id);
    for (const live of all) {
      const settings = this.#parts.settingsOf(live);
      if (!isOn(settings, this.#parts.place.env)) continue;
      const shown = await this.#shownOf(live, settings, anew);
      unpublished += shown.unpublished;
      const { id, name, screen } = live;
      const workspace = { id, name, hasScreen: screen.state !== undefined };
      workspaces.push({ ...workspace, applications: shown.applications });
      texts.push(JSON.stringify(workspace), shown.text);
    }
    return { workspaces, unpublished, text: texts.join('\n') };
  }

  async #shownOf({ id, workspace, catalogue }: LiveWorkspace, settings: Settings, anew: boolean) {
    const source = catalogue.applications;
    const { unpublished, filesToGuest, filesFromGuest } = settings;
    const rules = JSON.stringify([unpublished, filesToGuest, filesFromGuest]);
    const known = this.#shown.get(id);
    if (!anew && known?.source === source && known.rules === rules) return known;
    const isUnpublished = unpublishedRule(unpublished, workspace.image ? 'image' : 'builtin');
    const mayOpen = openable(settings);
    const all = catalogue.details;
    const published = all.filter((application) => !isUnpublished(application));
    const applications = await Promise.all(published.map((each) => this.#applicationOf(id, each, mayOpen)));
    const counts = { unpublished: all.length - published.length, text: JSON.stringify(applications) };
    const shown: Shown = { source, rules, applications, ...counts };
    this.#shown.set(id, shown);
    return shown;
  }

  async #applicationOf(
    workspaceId: string,
    application: ApplicationDetails,
    mayOpen: (extension: string) => boolean,
  ): Promise<DesktopApplication> {
    const { id, name, folder, target, iconFile, iconId } = application;
    const icon = iconFile && iconId ? await this.#iconOf(iconId, iconFile) : undefined;
    return {
      ...{ id, name, folder, target },
      extensions: application.extensions.filter(mayOpen),
      ...(target === '' ? {} : { windowClass: applicationClass(workspaceId, target) }),
      ...(icon ? { icon } : {}),
    };
  }

  async #iconOf(id: string, file: string): Promise<DesktopApplication['icon']> {
    const edgesPx = this.#iconEdgesPx.get(file) ?? (await themeSizesOf(file, iconSizesPx));
    if (edgesPx.length === 0) return undefined;
    this.#iconEdgesPx.set(file, edgesPx);
    let made: ReturnType<typeof themeIcons> | undefined;
    const images = () => {
      made ??= themeIcons(file, edgesPx);
      return made;
    };
    return { id, edgesPx, images };
  }

  #stillOn(): NonNullable<IntegrationStatus['stillOn']> {
    const { workspaces, settingsOf, place } = this.#parts;
    const by = place.env.XPANE_INTEGRATION ? 'variable' : 'workspace';
    const on = workspaces().filter((live) => isOn(settingsOf(live), place.env));
    return on.map(({ name }) => ({ workspace: name, by }));
  }

  #isOn(): boolean {
    const { workspaces, settingsOf, place } = this.#parts;
    return workspaces().some((live) => isOn(settingsOf(live), place.env));
  }
}

/** A home of its own is for trying something, or for a XPane that is carried along: no part of the user's desktop. */
function isOn({ integration }: Settings, env: NodeJS.ProcessEnv): boolean {
  return integration === 'on' || (integration === 'auto' && !env.XPANE_HOME);
}

/** Which files by their endings go into the guest. The rules are read once: a guest may name a quarter of a million. */
function openable({ filesToGuest, filesFromGuest }: Settings): (extension: string) => boolean {
  const rules = { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
  return (extension) =>
    refusal(rules, 'to-guest', { names: [`file.${extension}`], sizeBytes: 0 }) === undefined;
}
