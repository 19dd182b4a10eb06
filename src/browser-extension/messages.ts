/** What goes between the extension and `xpane native-messaging`; see `launcher/native-messaging/browser-messages.ts`. */

export interface BrowserFilter {
  readonly priority: number;
  readonly action: 'block' | 'allow';
  readonly domains?: readonly string[];
  readonly urlFilter?: string;
  readonly regexFilter?: string;
}

/** What is wrong, in words for the user. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What says that there is no service. It says so to nobody without sending all rules once there is one again. */
export const absence: readonly string[] = ['service.lost', 'service.not-running'];

/** Where a navigation belongs. */
export interface Test {
  readonly to: 'guest' | 'host' | 'deny';
  readonly workspaceName?: string;
  readonly rule?: { readonly source: string; readonly line: number; readonly text: string };
  /** Whether the user may have it here all the same: all of its host, only this address, or nothing. */
  readonly here: 'host' | 'address' | 'no';
}

/**
 * In characters: an address that is longer is not handed on. The host takes a message of 5 MiB, an older one of 256 KiB, and
 * JSON may double them.
 */
export const longestAsked = 100_000;

export interface Question {
  readonly ask: 'test' | 'open';
  readonly url: string;
  readonly clicked?: boolean;
}

export type FromHost =
  | {
      readonly kind: 'rules';
      readonly revision: string;
      readonly from: number;
      readonly total: number;
      readonly filters: readonly BrowserFilter[];
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'tested'; readonly id: number; readonly test: Test }
  | { readonly kind: 'opened'; readonly id: number; readonly to: 'guest' | 'host' }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

export type Answer = Extract<FromHost, { readonly id: number }>;
