/** Kinds of content as the desktop's programs know them. `text/plain` is UTF-8, `text/uri-list` is copied files (RFC 2483). */
export const clipboardTypes = [
  'text/plain',
  'text/html',
  'text/rtf',
  'image/png',
  'image/bmp',
  'text/uri-list',
] as const;
export type ClipboardType = (typeof clipboardTypes)[number];

/** Who copied, and gives the content once somebody pastes. */
export interface ClipboardSource {
  readonly types: readonly ClipboardType[];
  /** Undefined: there is none. `signal`: nobody waits any more. */
  give(type: ClipboardType, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Somebody else has copied, or the display is gone: it is not asked any more. */
  lost(): void;
}

export interface ReadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** The desktop's clipboard: what the user copied last, in whatever program. Nothing else (no selection of the mouse). */
export interface HostClipboard {
  /** Who copied last, if through this presenter. */
  readonly source: ClipboardSource | undefined;
  /** Grows whenever somebody has copied, or what was copied is gone. */
  readonly serial: number;
  /** Returns the way to stop listening. */
  onChanged(listener: () => void): () => void;
  /** What there is: asks its program for names only. Empty where there is nothing, or no answer in time. */
  types(): Promise<readonly ClipboardType[]>;
  /** Asks its program for the content. Undefined: there is none, it is too large, or no answer in time. */
  read(type: ClipboardType, options: ReadOptions): Promise<Uint8Array | undefined>;
  /**
   * The source has copied, by the user's last act in a surface: what was copied elsewhere after that act stays, and the
   * answer is false.
   */
  take(source: ClipboardSource): Promise<boolean>;
  /** Gives up what the source copied, if that is still there. */
  release(source: ClipboardSource): void;
}
