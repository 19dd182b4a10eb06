import type { FileNotice } from '../files/notices.ts';
import type { TransferList } from '../files/transfer-list.ts';

export interface CopyOptions {
  /** Of all files together. */
  readonly maxBytes: number;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/** What is asked to have files cross between clipboards. */
export interface CopiedFiles {
  /**
   * Puts copied files into the guest. Resolves to the content for the guest's clipboard. `onProgress` is called as it
   * goes on. Throws `copied.*`, `files.*`, `bridge.*`, `signal.reason`.
   */
  intoGuest(
    uriList: Uint8Array,
    options: CopyOptions & { readonly onProgress: () => void },
  ): Promise<Uint8Array>;
  /** The guest's clipboard is no longer what was put there: its files go once nobody uses them. */
  guestMovedOn(): void;
  /**
   * Fetches files that were copied in the guest. Resolves to a list of URIs. Throws `copied.*`, `files.*`, `loans.*`,
   * `bridge.*`, `signal.reason`.
   */
  fromGuest(untrustedList: Uint8Array, options: CopyOptions): Promise<Uint8Array>;
  /** The desktop's clipboard is no longer what was fetched: its files go after a while. */
  hostMovedOn(): void;
  /** What did not cross: the user is told, unless he has cancelled it or nobody waits. */
  failed(error: unknown): void;
}

/** How the user sees what is on its way, and hears of what stays behind. */
export interface CopyTelling {
  follow: TransferList['follow'];
  readonly onNotice: (notice: FileNotice) => void;
}
