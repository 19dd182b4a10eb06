import type { GuestFormat } from './formats.ts';

/** As a setting tells; see `clipboardRule` of the room `workspace`. */
export interface DirectionRule {
  readonly kinds: 'all' | 'text' | 'none';
  /** Of one format's content. */
  readonly maxBytes: number;
  /** Of all files that are pasted at once. */
  readonly maxFilesBytes: number;
}

export interface ClipboardRules {
  readonly toGuest: DirectionRule;
  readonly fromGuest: DirectionRule;
}

/** What of it may cross; formatted text is text. Pure. */
export function permitted(formats: readonly GuestFormat[], { kinds }: DirectionRule): GuestFormat[] {
  if (kinds === 'none') return [];
  return formats.filter((format) => kinds === 'all' || (format !== 'image' && format !== 'files'));
}
