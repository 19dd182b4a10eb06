/** The guest's side of files, as the bridge to it has it (`bridge.files`); a test has one in memory. */

export interface GuestFileName {
  readonly documentId: string;
  /** Names below the document's folder, valid for Windows; never a path of this computer, see `hostNameOf`. */
  readonly path: readonly string[];
}

export interface GuestFile extends GuestFileName {
  /** The same as long as nobody wrote to the file. */
  readonly stamp: string;
  /** What the guest says. */
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Some program has it open, or seems to work on it. */
  readonly inUse: boolean;
}

export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number) => void;
}

export interface OpenResult {
  readonly outcome: string;
  readonly processId: number;
  readonly systemError: number;
}

/**
 * Rejects with XPaneError `bridge.file-in-use`, `-changed`, `-unexpected`, `-not-found`, `-no-room`, `-refused`, `-cancelled`,
 * `-timeout`, `-lies`, `bridge.not-connected`, or why the connection ended.
 */
export interface GuestFiles<Opened extends OpenResult = OpenResult> {
  /** What the guest has; empty while it is not ready. */
  readonly files: ReadonlyMap<string, GuestFile>;
  /** Of one document, by `guestKey`. */
  of(documentId: string): ReadonlyMap<string, GuestFile>;
  /** An agent that does not replaces and removes whatever is there. */
  readonly heedsExpected: boolean;
  put(
    file: GuestFileName & {
      readonly sizeBytes: number;
      readonly modifiedMs: number;
      readonly readOnly: boolean;
      /** What it replaces; with any other content there `bridge.file-unexpected`. */
      readonly expect: { readonly stamp: string } | 'absent';
    },
    content: AsyncIterable<Uint8Array>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string }>;
  /** `take` is awaited before the guest may send more. */
  get(
    file: GuestFileName,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number; readonly modifiedMs: number }>;
  open(
    file: GuestFileName & { readonly applicationId?: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Opened>;
  /** Resolves to whether the document is gone; it is not while something of it is in use, or not what was told. */
  forget(
    documentId: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>;
}

export function guestKey({ documentId, path }: GuestFileName): string {
  return `${documentId}/${path.join('/')}`;
}
