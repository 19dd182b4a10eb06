import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { DropPlace, GuestFileName } from '../guest-bridge/guest-files.ts';
import type { GuestModel } from '../guest-bridge/guest-model.ts';
import { limits } from '../guest-bridge/protocol/limits.ts';
import type { Presenter, UserAct } from '../presenter/presenter.ts';
import type { GuestFileDrops } from '../seamless/guest.ts';
import { applicationClass } from '../seamless/title-mark.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Point } from '../shared/geometry.ts';
import { launchFailure } from './launch-outcome.ts';
import { tellNotOpened } from './open-files.ts';
import type { RedirectedFiles } from './redirected-files.ts';
import { firstWindowTimeoutMs, type UserWish } from './user-wish.ts';

const dropTimeoutMs = 30_000;

export interface DroppedFilesParts {
  readonly workspaceId: string;
  readonly files: Pick<RedirectedFiles, 'accept' | 'bring' | 'takesAny' | 'tell'>;
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
      this.#tell(accepted, error),
    );
    return true;
  }

  async #accepted(paths: readonly string[]): Promise<readonly Accepted[]> {
    const refused =
      paths.length === 0 ? noFiles() : paths.length > limits.droppedFiles ? tooMany() : undefined;
    if (refused) this.#tell([], refused);
    const accepted: Accepted[] = [];
    for (const path of refused ? [] : paths) {
      try {
        accepted.push({ path, name: await this.#parts.files.accept(path) });
      } catch (error) {
        this.#tell([], error);
      }
    }
    return accepted;
  }

  async #give(
    accepted: readonly Accepted[],
    place: DropPlace,
    { act, application }: { act: UserAct; application: string | undefined },
  ): Promise<void> {
    const { bridge, presenter, keepAwake, open } = this.#parts;
    const release = keepAwake();
    try {
      if (bridge.files.takesDrops && (await this.#handedOver(accepted, place, act))) return;
      const names = accepted.map(({ name }) => name);
      const wish = { act, notice: presenter.announceStart({ name: names[0] ?? '' }) };
      const files = accepted.map(({ path }) => path);
      await open({ files, ...(application === undefined ? {} : { application }) }, names, wish);
    } finally {
      release();
    }
  }

  /** False: no window there takes files. Throws `launch.*`, `bridge.*`. */
  async #handedOver(accepted: readonly Accepted[], place: DropPlace, act: UserAct): Promise<boolean> {
    const { bridge, expectWindow } = this.#parts;
    const brought = await this.#brought(accepted);
    // Why is told for each.
    if (brought.length === 0) return true;
    const withdraw = expectWindow(act, firstWindowTimeoutMs);
    let outcome: string | undefined;
    try {
      const result = await bridge.files.drop(brought, place, { timeoutMs: dropTimeoutMs });
      outcome = result.outcome;
      const failure = outcome === 'not-taken' ? undefined : launchFailure(result, 'what was dropped');
      if (failure) throw failure;
      return outcome === 'started';
    } finally {
      if (outcome !== 'started') withdraw();
    }
  }

  /** What cannot come is told; the window gets the rest. */
  async #brought(accepted: readonly Accepted[]): Promise<readonly GuestFileName[]> {
    // Nobody waits for it: its own cancelling, or the guest's end, ends a transfer.
    const { signal } = new AbortController();
    const brought: GuestFileName[] = [];
    for (const each of accepted) {
      try {
        brought.push(await this.#parts.files.bring(each.path, signal));
      } catch (error) {
        this.#tell([each], error);
      }
    }
    return brought;
  }

  #tell(accepted: readonly Accepted[], error: unknown): void {
    tellNotOpened(
      this.#parts,
      accepted.map(({ name }) => name),
      error,
    );
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
