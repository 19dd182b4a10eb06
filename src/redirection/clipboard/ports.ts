import type { GuestFormat, HostType } from './formats.ts';

/** What the relay needs of the guest's clipboard; as `GuestClipboard` of the bridge. */
export interface GuestPort {
  readonly works: boolean;
  readonly takesFiles: boolean;
  offer(
    formats: readonly GuestFormat[],
    give: (format: GuestFormat, signal: AbortSignal, onProgress: () => void) => Promise<Uint8Array | Refusal>,
  ): boolean;
  read(
    offer: GuestOffer,
    format: GuestFormat,
    options: { readonly maxBytes: number; readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
}
export type Refusal = 'gone' | 'refused' | 'too-large' | 'failed';

export interface GuestOffer {
  readonly offerId: number;
  readonly formats: readonly GuestFormat[];
}

/** What it needs of the desktop's; as `HostClipboard` of the presenter. */
export interface HostPort {
  readonly source: HostSource | undefined;
  readonly serial: number;
  onChanged(listener: () => void): () => void;
  types(): Promise<readonly HostType[]>;
  read(
    type: HostType,
    options: { readonly maxBytes: number; readonly signal?: AbortSignal },
  ): Promise<Uint8Array | undefined>;
  take(source: HostSource): Promise<boolean>;
  release(source: HostSource): void;
}

export interface HostSource {
  readonly types: readonly HostType[];
  give(type: HostType, signal: AbortSignal): Promise<Uint8Array | undefined>;
  lost(): void;
}
