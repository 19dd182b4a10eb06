import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { Presenter, UserAct } from '../presenter/presenter.ts';
import type { CopiedFiles } from '../redirection/copied-files/ports.ts';
import type { GuestFileDrops } from '../seamless/guest.ts';
import { SeamlessDesktop } from '../seamless/seamless-desktop.ts';
import type { Log } from '../shared/log.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { ChangeSignal } from './change-signal.ts';
import type { Display } from './display.ts';
import { seamlessLook } from './guest-look.ts';
import { type ClipboardSettings, WorkspaceClipboard } from './workspace-clipboard.ts';

export interface GuestOnDisplayParts {
  readonly workspace: Workspace;
  readonly display: Display;
  /** The settings as they are now; may throw `settings.*`, `policy.*`. As the workspace was opened with by default. */
  readonly clipboard?: () => ClipboardSettings;
  readonly copiedFiles?: CopiedFiles;
  /** What becomes of files dropped on the guest's windows; none are without it. */
  readonly fileDrops?: (bridge: GuestBridge, presenter: Presenter) => GuestFileDrops;
  readonly log: Log;
}

/** A guest's windows and clipboard on the host's display, for as long as there are both. */
export class GuestOnDisplay {
  /** There are other windows, or none any more. */
  readonly changes = new ChangeSignal();
  readonly #parts: GuestOnDisplayParts;
  readonly #stopListening: () => void;
  #bridge: GuestBridge | undefined;
  #desktop: SeamlessDesktop | undefined;
  #clipboard: WorkspaceClipboard | undefined;
  /** Frames that came while nobody could show them: by window, the newest. */
  readonly #unshown = new Map<number, number>();

  constructor(parts: GuestOnDisplayParts) {
    this.#parts = parts;
    this.#stopListening = parts.display.changes.listen(() => this.#join());
  }

  /** The display is not followed any more; the guest is gone. */
  close(): void {
    this.#stopListening();
  }

  get windowCount(): number {
    return this.#desktop?.windowCount ?? 0;
  }

  /** A new guest's bridge. */
  adopt(bridge: GuestBridge): void {
    this.#bridge = bridge;
    this.#unshown.clear();
    bridge.on('frame', ({ windowId, sequence }) => {
      if (!this.#desktop) this.#unshown.set(windowId, sequence);
    });
    bridge.on('reset', () => this.#unshown.clear());
    bridge.on('windowDestroyed', ({ windowId }) => this.#unshown.delete(windowId));
    this.#join();
  }

  /** The guest is gone, or is being shut down. */
  release(): void {
    this.#bridge = undefined;
    this.#join();
  }

  /** The guest is about to end or rest: what was copied there can still be pasted. Never rejects. */
  async keepCopied(): Promise<void> {
    await this.#clipboard?.keep();
  }

  /** What the user did leads to a window that may take the focus. Returns the way to withdraw that. */
  expectWindow(act: UserAct, timeoutMs: number): () => void {
    return this.#desktop?.expectWindow(act, timeoutMs) ?? (() => undefined);
  }

  screenChanged(): void {
    this.#desktop?.screenChanged();
  }

  #join(): void {
    const { presenter } = this.#parts.display;
    this.#desktop?.close();
    this.#clipboard?.close();
    this.#desktop = undefined;
    this.#clipboard = undefined;
    if (presenter && this.#bridge) {
      const { workspace, log, copiedFiles, clipboard: settings = () => workspace } = this.#parts;
      const look = seamlessLook(workspace, presenter);
      const clipboard = new WorkspaceClipboard({
        ...{ bridge: this.#bridge, presenter, settings, copiedFiles, log },
      });
      this.#clipboard = clipboard;
      const onFocus = (focused: boolean) => clipboard.focus(focused);
      const fileDrops = this.#parts.fileDrops?.(this.#bridge, presenter);
      this.#desktop = new SeamlessDesktop({ guest: this.#bridge, presenter, look, log, onFocus, fileDrops });
      this.#letUnshownGo(this.#bridge);
    }
    this.changes.emit();
  }

  /** Without a display the guest sends as much as may be under way and then rests; from now on it may go on. */
  #letUnshownGo(bridge: GuestBridge): void {
    for (const [windowId, sequence] of this.#unshown) bridge.ackFrame(windowId, sequence);
    this.#unshown.clear();
  }
}
