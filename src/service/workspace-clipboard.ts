import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { Presenter } from '../presenter/presenter.ts';
import { ClipboardRelay } from '../redirection/clipboard/clipboard-relay.ts';
import type { CopiedFiles } from '../redirection/copied-files/ports.ts';
import type { Log } from '../shared/log.ts';
import { clipboardRule } from '../workspace/clipboard-rule.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What the clipboard goes by, see `clipboardRule`. */
export type ClipboardSettings = Pick<Workspace, 'clipboardToGuest' | 'clipboardFromGuest'>;

export interface WorkspaceClipboardParts {
  readonly bridge: GuestBridge;
  readonly presenter: Presenter;
  /** As they are now; may throw: then nothing crosses. */
  readonly settings: () => ClipboardSettings;
  /** Who brings files across; none: none cross. */
  readonly copiedFiles?: CopiedFiles | undefined;
  readonly log: Log;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/** A guest's clipboard and the desktop's, joined for as long as there are both. */
export class WorkspaceClipboard {
  readonly #relay: ClipboardRelay | undefined;
  readonly #stopListening: readonly (() => void)[] = [];

  constructor({ bridge, presenter, settings, copiedFiles, log, now }: WorkspaceClipboardParts) {
    const host = presenter.clipboard;
    if (!host) return;
    const rules = () => {
      const { clipboardToGuest, clipboardFromGuest } = settings();
      return { toGuest: clipboardRule(clipboardToGuest), fromGuest: clipboardRule(clipboardFromGuest) };
    };
    const relay = new ClipboardRelay({
      guest: bridge.clipboard,
      host,
      rules,
      files: copiedFiles,
      log,
      ...(now && { now }),
    });
    this.#relay = relay;
    this.#stopListening = [
      bridge.on('ready', () => relay.guestReady()),
      bridge.on('lost', () => relay.guestLost()),
      bridge.on('clipboardOffer', (offer) => relay.guestOffered(offer)),
    ];
  }

  /** One of the guest's windows has the focus, or none any more. */
  focus(focused: boolean): void {
    this.#relay?.focus(focused);
  }

  /** The guest is about to go. Never rejects. */
  async keep(): Promise<void> {
    await this.#relay?.keep();
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#relay?.close();
  }
}
