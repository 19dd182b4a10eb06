import type { GuestFileName, GuestFiles } from '../files/guest-port.ts';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Where a share is seen in the guest. */
export interface ShownShare {
  readonly documentId: string;
  /** `D` to `Z`. */
  readonly drive?: string | undefined;
  /** It is the user's My Documents. */
  readonly documents: boolean;
}

/**
 * The guest's side of shares, as the bridge to it has it (`bridge.shares`); a test has one in memory. Rejects with
 * XPaneError `bridge.no-shares`, `bridge.not-connected`, `bridge.file-*`, or why the connection ended.
 */
export interface GuestShares {
  open(share: ShownShare, options: WaitOptions): Promise<void>;
  close(documentId: string, options: WaitOptions): Promise<void>;
  /** Of the file with that stamp only. */
  remove(file: GuestFileName, stamp: string, options: WaitOptions): Promise<void>;
  move(file: GuestFileName, stamp: string, to: readonly string[], options: WaitOptions): Promise<void>;
  makeFolder(folder: GuestFileName, options: WaitOptions): Promise<void>;
  /** `bridge.file-changed`: it is not empty. */
  removeFolder(folder: GuestFileName, options: WaitOptions): Promise<void>;
}

export interface ShareGuest {
  readonly files: GuestFiles;
  readonly shares: GuestShares;
}
