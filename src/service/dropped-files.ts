import { basename } from 'node:path';
import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { DropPlace } from '../guest-bridge/guest-files.ts';
import type { GuestModel } from '../guest-bridge/guest-model.ts';
import { limits } from '../guest-bridge/protocol/limits.ts';
import type { Presenter, UserAct } from '../presenter/presenter.ts';
import type { GuestFileDrops } from '../seamless/guest.ts';
import { applicationClass } from '../seamless/title-mark.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Point } from '../shared/geometry.ts';
import { displayText } from '../shared/text.ts';
import { launchFailure } from './launch-outcome.ts';
import { askAfter, type Failed, type FolderAsking, notOpened, tellNotOpened } from './open-files.ts';
import type { RedirectedFiles } from './redirected-files.ts';
import { firstWindowTimeoutMs, type UserWish } from './user-wish.ts';

const dropTimeoutMs = 30_000;

export interface DroppedFilesParts {
  readonly workspaceId: string;
  readonly files: Pick<RedirectedFiles, 'accept' | 'bring' | 'takesAny'> & FolderAsking;
  readonly bridge: Pick<GuestBridge, 'state' | 'model' | 'files'>;
  readonly presenter: Pick<Presenter, 'userAct' | 'announceStart'>;
  /** See `LiveWorkspace`. */
  readonly keepAwake: () => () => void;
  readonly expectWindow: (act: UserAct, timeoutMs: number) => () => void;
  /** As `openAll`; without an application by what the guest has for such files. */
  readonly open: (
    asked: { readonly files: string[]; readonly application?: string },
    names: readonly string[],
    wish: UserWish,
  ) => Promise<void>;
}

interface Accepted {
  readonly path: string;
  /** Safe to show. */
  readonly name: string;
}

/**
 * Files that the user drops on windows of one guest. They go into the guest as `xpane open` takes them there, then to
 * the window that they were dropped on. Where no window takes files they are opened by the published application that
 * the window's program is, or else by what the guest has for such files.
 */
export class DroppedFiles implements GuestFileDrops {
  readonly #parts: DroppedFilesParts;

  constructor(parts: DroppedFilesParts) {
    this.#parts = parts;
  }

  mayDrop(): boolean {
    return this.#parts.bridge.state === 'ready' && this.#parts.files.takesAny;
  }

  /** What is refused is told as a notice; the rest goes on. */
  async dropped(paths: readonly string[], windowId: number, at: Point): Promise<boolean> {
    const { bridge, presenter, workspaceId } = this.#parts;
    const act = presenter.userAct();
    // The window may be gone when the files are there.
    const application = applicationOf(bridge.model, workspaceId, windowId);
    const accepted = await this.#accepted(paths);
    if (accepted.length === 0) return false;
    this.#give(accepted, { windowId, ...at }, { act, application }).catch((error: unknown) =>
      tellNotOpened(
        this.#parts,
        accepted.map(({ name }) => name),
        error,
      ),
    );
    return true;
  }

  async #accepted(paths: readonly string[]): Promise<readonly Accepted[]> {
    if (paths.length === 0 || paths.length > limits.droppedFiles) {
      tellNotOpened(this.#parts, [], paths.length === 0 ? noFiles() : tooMany());
      return [];
    }
    const all = paths.map((path) => ({ path, name: displayText(basename(path), 200) }));
    return await this.#each(all, async ({ path }) => ({ path, name: await this.#parts.files.accept(path) }));
  }

  /** Those of which `take` made something, one after the other; why it did not of the others is told in one notice. */
  async #each<T>(all: readonly Accepted[], take: (file: Accepted) => Promise<T>): Promise<readonly T[]> {
    const taken: T[] = [];
    const failed: Failed[] = [];
    for (const each of all) {
      try {
        taken.push(await take(each));
      } catch (error) {
        // Who has cancelled it knows.
        if (reportOf(error).code !== 'files.cancelled') failed.push({ name: each.name, error });
      }
    }
    if (failed.length > 0) {
      const names = failed.map(({ name }) => name);
      tellNotOpened(this.#parts, names, notOpened(failed, all.length));
    }
    return taken;
  }

  async #give(
    accepted: readonly Accepted[],
    place: DropPlace,
    { act, application }: { act: UserAct; application: string | undefined },
  ): Promise<void> {
    const { bridge, presenter, keepAwake, open } = this.#parts;
    const release = keepAwake();
    try {
      const left = bridge.files.takesDrops ? await this.#handOver(accepted, place, act) : accepted;
      const [first] = left;
      if (!first) return;
      const wish = { act, notice: presenter.announceStart({ name: first.name }) };
      const files = left.map(({ path }) => path);
      const names = left.map(({ name }) => name);
      await open({ files, ...(application === undefined ? {} : { application }) }, names, wish);
    } finally {
      release();
    }
  }

  /** Resolves to those that are in the guest and that no window there takes. Throws `launch.*`, `bridge.*`. */
  async #handOver(
    accepted: readonly Accepted[],
    place: DropPlace,
    act: UserAct,
  ): Promise<readonly Accepted[]> {
    const { bridge, files, expectWindow } = this.#parts;
    // Nobody waits for it: its own cancelling, or the guest's end, ends a transfer.
    const { signal } = new AbortController();
    const bring = async (each: Accepted) => ({ ...each, inGuest: await files.bring(each.path, signal) });
    let brought = await this.#each(accepted, bring);
    // While the last was on its way the first may have rested long enough to be removed there; what is there does not go
    // again.
    if (brought.length > 1) brought = await this.#each(brought, bring);
    if (brought.length === 0) return [];
    const withdraw = expectWindow(act, firstWindowTimeoutMs);
    let outcome: string | undefined;
    try {
      const names = brought.map(({ inGuest }) => inGuest);
      const result = await bridge.files.drop(names, place, { timeoutMs: dropTimeoutMs });
      outcome = result.outcome;
      if (outcome === 'not-taken') return brought;
      const failure = launchFailure(result, 'what was dropped');
      if (failure) throw failure;
      for (const { path } of brought) await askAfter(this.#parts, path);
      return [];
    } finally {
      if (outcome !== 'started') withdraw();
    }
  }
}

/** The published application that a window's program is: as the desktop tells whose window it is (StartupWMClass). */
function applicationOf(model: GuestModel, workspaceId: string, windowId: number): string | undefined {
  const executable = model.windows.get(windowId)?.executable ?? '';
  const program = applicationClass(workspaceId, executable);
  const published = [...model.applications.values()].filter(
    ({ target }) => executable !== '' && applicationClass(workspaceId, target) === program,
  );
  // With arguments it may be something else by the same program.
  const plain = published.find((each) => each.arguments === '');
  return (plain ?? (published.length === 1 ? published[0] : undefined))?.applicationId;
}

function noFiles(): XPaneError {
  return new XPaneError(
    'files.not-a-file',
    'What was dropped is not files of this computer.',
    'Save it as a file here, then drop that.',
  );
}

function tooMany(): XPaneError {
  return new XPaneError(
    'files.too-many',
    `More than ${limits.droppedFiles} files were dropped at once.`,
    'Drop fewer, or share their folder with the guest ("xpane share add").',
  );
}
