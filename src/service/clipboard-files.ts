import { rmSync } from 'node:fs';
import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import { GuestCopies } from '../redirection/copied-files/guest-copies.ts';
import { HostCopies } from '../redirection/copied-files/host-copies.ts';
import type { CopiedFiles, CopyTelling } from '../redirection/copied-files/ports.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { fileRule } from '../workspace/file-rule.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { RedirectedFiles } from './redirected-files.ts';
import { scanBy } from './scan-by.ts';

export interface ClipboardFilesParts {
  readonly workspaceId: string;
  /** For copies of the guest's files; what an earlier service left in it goes. */
  readonly folder: string;
  /** Shows what is on its way, and says what stays behind. */
  readonly redirected: Pick<RedirectedFiles, 'follow' | 'tell' | 'tellOnce'>;
  /** As they are now. Throws `settings.*`, `policy.*`: then no file crosses. */
  readonly rules: () => Pick<Workspace, 'filesToGuest' | 'filesFromGuest' | 'scanFromGuest'>;
  /** The guest is not put to rest until the returned function is called. */
  readonly keepAwake: () => () => void;
  readonly log: Log;
}

/** Of all workspaces. */
const foldersOfProcess = new Set<string>();

/** Files on the clipboards of one workspace, for as long as it is there: its guests', one after the other, and the desktop's. */
export class ClipboardFiles implements CopiedFiles {
  readonly #parts: ClipboardFilesParts;
  readonly #here: HostCopies;
  #guest: { readonly bridge: GuestBridge; readonly copies: GuestCopies } | undefined;

  private constructor(parts: ClipboardFilesParts) {
    this.#parts = parts;
    const { folder, redirected, rules, log } = parts;
    const scan = scanBy(rules);
    this.#here = new HostCopies({
      folder,
      scan,
      log,
      rules: this.#rules,
      telling: this.#telling(redirected),
    });
  }

  /** What an earlier service left is gone when this resolves. Rejects with the system's error. */
  static async open(parts: ClipboardFilesParts): Promise<ClipboardFiles> {
    const files = new ClipboardFiles(parts);
    // A workspace whose settings change is opened anew while the desktop may still paste what is there.
    if (!foldersOfProcess.has(parts.folder)) await files.#here.clear();
    removeAtExit(parts.folder);
    return files;
  }

  /** A new guest's bridge, until the next comes. */
  adopt(bridge: GuestBridge): void {
    this.#guest?.copies.lost();
    const { workspaceId, redirected, log } = this.#parts;
    const telling = this.#telling(redirected);
    const copies = new GuestCopies({
      ...{ workspaceId, files: bridge.files, rules: this.#rules, telling, log },
    });
    this.#guest = { bridge, copies };
    bridge.on('ready', () => copies.ready());
    bridge.on('lost', () => copies.lost());
  }

  async intoGuest(
    uriList: Uint8Array,
    options: Parameters<CopiedFiles['intoGuest']>[1],
  ): Promise<Uint8Array> {
    if (!this.#guest) throw noGuest();
    return await this.#awake(this.#guest.copies.put(uriList, options));
  }

  guestMovedOn(): void {
    this.#guest?.copies.movedOn();
  }

  async fromGuest(
    untrustedList: Uint8Array,
    options: Parameters<CopiedFiles['fromGuest']>[1],
  ): Promise<Uint8Array> {
    if (!this.#guest) throw noGuest();
    return await this.#awake(this.#here.fetch(this.#guest.bridge.loans, untrustedList, options));
  }

  hostMovedOn(): void {
    this.#here.movedOn();
  }

  failed(error: unknown): void {
    const report = reportOf(error);
    this.#parts.log.info({ error: report }, 'copied files were not pasted');
    if (report.code !== 'files.cancelled')
      this.#parts.redirected.tellOnce('Copied files were not pasted', report);
  }

  async #awake<T>(crossing: Promise<T>): Promise<T> {
    const release = this.#parts.keepAwake();
    try {
      return await crossing;
    } finally {
      release();
    }
  }

  #telling(redirected: ClipboardFilesParts['redirected']): CopyTelling {
    return {
      follow: (transfer, signal, work) => redirected.follow(transfer, signal, work),
      onNotice: (notice) => redirected.tell(notice),
    };
  }

  readonly #rules = () => {
    const { filesToGuest, filesFromGuest } = this.#parts.rules();
    return { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
  };
}

/** Nothing of a guest stays here when the service ends; after a kill it goes with the next start. */
function removeAtExit(folder: string): void {
  if (foldersOfProcess.size === 0) {
    process.once('exit', () => {
      for (const each of foldersOfProcess) rmSync(each, { recursive: true, force: true });
    });
  }
  foldersOfProcess.add(folder);
}

function noGuest(): XPaneError {
  return new XPaneError(
    'copied.no-guest',
    'The guest has just ended.',
    'Copy the files again when the guest runs.',
  );
}
