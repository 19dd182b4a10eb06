import { XPaneError } from '../../../shared/errors.ts';
import { badList } from '../rule-list.ts';

/** Where the text of a list comes from. */
export interface ListOrigin {
  /** What people know it by: a path or an address. */
  readonly name: string;
  /** For a list that lies elsewhere: it may take long. */
  readonly far: boolean;
  /** Anybody on the way may have written it. */
  readonly byPlainHttp?: boolean;
  /**
   * The whole text; `same` as the last time, or `none` where none is needed. Rejects with `url.list-missing`,
   * `url.list-unreachable`, `url.bad-list`.
   */
  fetch(signal: AbortSignal): Promise<string | 'same' | 'none'>;
  /** What was fetched before this service ran, for as long as there is nothing newer. */
  kept?(): Promise<string | undefined>;
  /** The text can be read: it is worth keeping. */
  keep?(text: string): Promise<void>;
  /** Calls back when it may have changed; until the returned function is called. */
  watch(onMaybeChanged: () => void): () => void;
}

/** As bytes. */
export const largestList = 16 * 1024 * 1024;

/** UTF-8, or UTF-16 with its mark. Throws `url.bad-list`. Pure. */
export function listText(bytes: Uint8Array): string {
  if (bytes.length > largestList) throw badList('it is too large');
  const [first, second] = bytes;
  const utf16 =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badList('it is no text in UTF-8', cause);
  }
}

export function missing(name: string, why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'url.list-missing',
    `The list of URL rules ${name} cannot be read: ${why}.`,
    'Put it there, or take it out of the setting "urlRules". What was read before holds until then.',
    cause,
  );
}

export function unreachable(name: string, why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'url.list-unreachable',
    `The list of URL rules ${name} could not be fetched: ${why}.`,
    'XPane tries again by itself; what was fetched before holds until then.',
    cause,
  );
}
