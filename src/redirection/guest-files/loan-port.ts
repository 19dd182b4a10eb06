import type { FileRules } from '../files/file-rules.ts';

/** What loans need of the guest and of this computer; the service has both. */

/** As the bridge has it. Rejects with XPaneError `bridge.*`. */
export interface LoanTransfers {
  get(
    loanId: string,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number }>;
  /** `over`: only if the guest's content is still that, else `bridge.file-unexpected`; without it beside the guest's file. */
  put(
    loan: {
      readonly loanId: string;
      readonly over?: string;
      readonly sizeBytes: number;
      readonly modifiedMs: number;
    },
    content: AsyncIterable<Uint8Array>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly stamp: string }>;
}

export interface LoanGuest {
  readonly loans: LoanTransfers;
  /** To an offer; what is not taken opens in the guest. */
  answer(loanId: string, taken: boolean): void;
  /** Nothing of it is here any more. */
  giveBack(loanId: string): void;
}

export interface LoanRules {
  /** Of files that open on this computer: lower case, without the dot. */
  readonly extensions: ReadonlySet<string>;
  readonly files: FileRules;
}

/** What this user's programs do with a loan's copy. */
export interface HostUse {
  readonly open: boolean;
  readonly writing: boolean;
  /** What was started for it still runs. */
  readonly running: boolean;
}

export interface HostDesktop {
  /** Has the user's own application open the file. Rejects with XPaneError `host-open.*`. */
  open(path: string, loanId: string): Promise<void>;
  /** By loan: who uses what lies in its folder. */
  useOf(folders: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, HostUse>>;
}
