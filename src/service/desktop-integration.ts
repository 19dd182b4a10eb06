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
  /** By file: its name tells its picture, which stays. */
  readonly #iconEdgesPx = new Map<string, readonly number[]>();
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = leastPauseMs;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #work: Promise<void> = Promise.resolve();
  /** The only pass that waits for the one under way: it sees whatever has changed until it begins. */
  #waiting: { readonly done: Promise<void>; anew: boolean } | undefined;
  readonly #end = new AbortController();

  constructor(parts: DesktopIntegrationParts) {
    this.#parts = parts;
  }

  /** Something may have changed. Cheap: looks soon, and does nothing if nothing has. */
  look(): void {
    if (this.#end.signal.aborted || this.#timer) return;
    if (performance.now() - this.#publishedAtMs > quietMs) this.#pauseMs = leastPauseMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#next(false);
    }, this.#pauseMs);
  }

  /** Makes it right at once, whatever is thought to be there. Rejects with `settings.*`, `policy.*`. */
  async switchTo(to: 'on' | 'off' | 'status'): Promise<IntegrationStatus> {
    if (to !== 'status') this.#parts.setIntegration(to);
    await this.#next(true);
    return { integration: this.#isOn() ? 'on' : 'off', ...this.#status };
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
      const { workspaces, unpublished } = await this.#wanted();
      const count = workspaces.reduce((sum, { applications }) => sum + applications.length, 0);
      const wanted = JSON.stringify(workspaces);
      if (!anew && wanted === this.#published) return;
      this.#published = undefined;
      if (this.#isOn()) await publishApplications(place, workspaces, log, signal);
      else await withdrawApplications(place, log, signal);
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

  async #wanted() {
    let unpublished = 0;
    const workspaces: DesktopWorkspace[] = [];
    for (const live of this.#parts.workspaces()) {
      const settings = this.#parts.settingsOf(live);
      if (!isOn(settings, this.#parts.place.env)) continue;
      const kind = live.workspace.image ? 'image' : 'builtin';
      const isUnpublished = unpublishedRule(settings.unpublished, kind);
      const all = live.catalogue.details;
      const published = all.filter((application) => !isUnpublished(application));
      unpublished += all.length - published.length;
      workspaces.push({
        ...{ id: live.id, name: live.name, hasScreen: live.screen.state !== undefined },
        applications: await Promise.all(published.map((each) => this.#shownOf(live.id, each, settings))),
      });
    }
    return { workspaces, unpublished };
  }

  async #shownOf(
    workspaceId: string,
    application: ApplicationDetails,
    settings: Settings,
  ): Promise<DesktopApplication> {
    const { id, name, folder, target, iconFile, iconId } = application;
    const icon = iconFile && iconId ? await this.#iconOf(iconId, iconFile) : undefined;
    return {
      ...{ id, name, folder, target },
      extensions: application.extensions.filter((extension) => mayOpen(extension, settings)),
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

  #isOn(): boolean {
    const { workspaces, settingsOf, place } = this.#parts;
    return workspaces().some((live) => isOn(settingsOf(live), place.env));
  }
}

/** A home of its own is for trying something, or for a XPane that is carried along: no part of the user's desktop. */
function isOn({ integration }: Settings, env: NodeJS.ProcessEnv): boolean {
  return integration === 'on' || (integration === 'auto' && !env.XPANE_HOME);
}

/** Whether files with such an ending go into the guest. */
function mayOpen(extension: string, { filesToGuest, filesFromGuest }: Settings): boolean {
  const rules = { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
  return refusal(rules, 'to-guest', { names: [`file.${extension}`], sizeBytes: 0 }) === undefined;
}
