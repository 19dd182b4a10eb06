import type { ClipboardFormat, ClipboardRefusal } from './protocol/clipboard-messages.ts';

export type { ClipboardFormat, ClipboardRefusal };

/** What an agent says that knows the clipboard's messages. */
export const clipboardCapability = 'clipboard';
/** And one that puts files on it. */
export const clipboardFilesCapability = 'clipboard-files';

/** What the guest has on its clipboard: names of formats, richest first. */
export interface GuestOffer {
  /** Another for each offer; it counts on within a connection. */
  readonly offerId: number;
  readonly formats: readonly ClipboardFormat[];
}

export interface ClipboardReadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/**
 * The content of what the host offered, as the guest's clipboard has it: text is UTF-8, files are names, all else is
 * bytes of Windows' formats. A refusal is the answer that a program of the guest gets instead. `signal`: nobody waits
 * any more. `onProgress`: to be called while it takes long; who says nothing is given up after some seconds,
 * and at once when something else is offered.
 */
export type GiveContent = (
  format: ClipboardFormat,
  signal: AbortSignal,
  onProgress: () => void,
) => Promise<Uint8Array | ClipboardRefusal>;

/** The guest's clipboard. What the guest offers is told by the bridge's event `clipboardOffer`. */
export interface GuestClipboard {
  /** There is a proven connection to an agent that knows of clipboards. */
  readonly works: boolean;
  /** Files can be on it. */
  readonly takesFiles: boolean;
  /**
   * Tells the guest what it can paste from now on; nothing crosses before it does, then `give` is asked. An empty list
   * withdraws what was offered. False: nobody was told.
   */
  offer(formats: readonly ClipboardFormat[], give: GiveContent): boolean;
  /**
   * The content of what the guest has offered. Rejects with XPaneError `bridge.clipboard-gone` (the guest has something
   * else by now), `-refused`, `-too-large`, `-timeout`, `-cancelled`, `bridge.not-connected`, or with why the connection ended.
   */
  read(offer: GuestOffer, format: ClipboardFormat, options: ClipboardReadOptions): Promise<Uint8Array>;
}
