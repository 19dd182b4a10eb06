import type { Point } from '../shared/geometry.ts';
import type { LaunchResult, WaitOptions } from './pending-launches.ts';

/** A file's place in the guest: its document, and the names from that document's folder down. */
export interface GuestFileName {
  /** 16 lower-case hex digits, of the host's making: stable for the same file of the host. */
  readonly documentId: string;
  /** 1 to 8 plain names (`isPlainFileName`). What the guest made is not safe as a path of the host. */
  readonly path: readonly string[];
}

/** A file of a document, as the guest told last. */
export interface GuestFile extends GuestFileName {
  /** The same as long as nobody wrote to the file, over restarts of agent and guest too. */
  readonly stamp: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970; between 2000 and 2099, whatever the guest's file system says. */
  readonly modifiedMs: number;
  /** Some program of the guest has it open, or seems to work on it. */
  readonly inUse: boolean;
}

/** A point of a window's surface. */
export interface DropPlace extends Point {
  readonly windowId: number;
}

/** The key of `GuestFiles.files`. */
export function fileKey({ documentId, path }: GuestFileName): string {
  return `${documentId}/${path.join('/')}`;
}

/** What a put is to replace: the content with that stamp, or nothing. */
export type Expected = { readonly stamp: string } | 'absent';

export interface TransferOptions {
  readonly signal?: AbortSignal;
  /** Of a put what the guest has taken, of a get what `take` has: bytes, in all. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Files of the host that live in the guest as documents. More than `limits.transfers` puts and gets at once wait for
 * each other. They reject with XPaneError `bridge.file-in-use`, `-changed`, `-not-found`, `-no-room`, `-refused`,
 * `-cancelled` (by the signal), `-timeout` (no progress for `fileProgressMs`), `bridge.not-connected`, or with why the
 * connection ended, which is `bridge.file-lies` if the guest announced another size than it sent. What fails or is
 * cancelled leaves nothing half in the guest.
 */
export interface GuestFiles {
  /** By `fileKey`. What the guest has told; empty while it is not ready. */
  readonly files: ReadonlyMap<string, GuestFile>;
  /** Of one document. */
  of(documentId: string): ReadonlyMap<string, GuestFile>;
  /** The agent heeds what a put expects, and forgets only what it has told of; an older one does neither. */
  readonly heedsExpected: boolean;
  /**
   * Makes or replaces a file. `bridge.file-changed`: the content is not of the size that was said;
   * `bridge.file-unexpected`: the guest has other content there by now, and keeps it.
   */
  put(
    file: GuestFileName & {
      readonly sizeBytes: number;
      readonly modifiedMs: number;
      readonly readOnly: boolean;
      readonly expect?: Expected;
    },
    content: AsyncIterable<Uint8Array>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string }>;
  /**
   * Content of one moment. `take` is awaited before more is acknowledged, so at most `limits.wideTransferWindowBytes` wait
   * in memory; its chunk is only lent for the call.
   */
  get(
    file: GuestFileName,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number; readonly modifiedMs: number }>;
  /** Opens it with a published application, or with the one that the guest has for such files. As `launch`. */
  open(
    file: GuestFileName & { readonly applicationId?: string },
    options: WaitOptions,
  ): Promise<LaunchResult>;
  /** The agent has `drop`; an older one has not. */
  readonly takesDrops: boolean;
  /**
   * Gives 1 to `limits.droppedFiles` files that are there to the program whose window is at that point of a surface, as
   * if the user had dropped them on it in the guest. As `launch`: `started`, with that program's process; `not-taken`:
   * no window there takes files.
   */
  drop(files: readonly GuestFileName[], onto: DropPlace, options: WaitOptions): Promise<LaunchResult>;
  /** Removes the document unless something in it is in use, or is not what the guest has told. True: it is gone. */
  forget(documentId: string, options: WaitOptions): Promise<boolean>;
}
