import type { ErrorReport } from '../shared/errors.ts';
import type { GuestOffer } from './guest-clipboard.ts';
import type { GuestFile, GuestFileName } from './guest-files.ts';
import type { LoanOffer } from './guest-loans.ts';
import type { AgentLogEntry } from './guest-log.ts';
import type {
  FrameUpdate,
  GuestApplication,
  GuestBalloon,
  GuestDesktop,
  GuestFacts,
  GuestTrayIcon,
  GuestWindow,
} from './guest-model.ts';
import type { GuestPrintJob } from './guest-printing.ts';

/** How the agent's installer fares; `code` is how it ended, see src/guest-agent/install/exit-codes.h. */
export type InstallStatus = 'at-work' | { readonly code: number };

/** What the bridge tells. Called synchronously, in the order in which the guest said it. */
export interface GuestBridgeEvents {
  /**
   * A proven connection begins and `model` is empty. `sameInstance`: the agent is the one from before, so
   * windows come again under their old ids until `ready`, and those that do not come are gone; otherwise all
   * windows of before are gone already. Comes before `connected`, at the first connection too.
   */
  reset(event: { readonly sameInstance: boolean }): void;
  connected(facts: GuestFacts): void;
  /** All windows and applications that existed have been told. */
  ready(): void;
  windowCreated(window: GuestWindow): void;
  windowChanged(window: GuestWindow, before: GuestWindow): void;
  /** Already gone from the model, its frames need no acknowledgement. */
  windowDestroyed(window: GuestWindow): void;
  desktopChanged(desktop: GuestDesktop): void;
  /** Must be answered by `ackFrame` once the pixels are taken; else the guest sends no more of this window. */
  frame(frame: FrameUpdate): void;
  /** The whole list; once before `ready`, then after every change (changes of one moment come as one). */
  applicationsChanged(applications: readonly GuestApplication[]): void;
  /** `model.cursorOf` says something else of this window; as often as the guest likes. */
  cursorChanged(windowId: number): void;
  /** New, or another picture or tooltip. */
  trayIconChanged(icon: GuestTrayIcon): void;
  /** Already gone from the model. */
  trayIconRemoved(icon: GuestTrayIcon): void;
  /** As fast as the guest likes: who shows them holds back. */
  balloon(balloon: GuestBalloon): void;
  /** A program of the guest opens a link, as `protocol/link.ts` allows; few, and still whatever the guest likes. */
  openUrl(untrustedUrl: string): void;
  /**
   * A file of a document is new, has settled to something new, or its use changed. Not before `ready`: what was there
   * is in `files` then.
   */
  documentFile(file: GuestFile): void;
  /** Already gone from `files`. */
  documentFileGone(name: GuestFileName): void;
  /** Somebody in the guest opens a file that the host may open; few, and still whatever the guest likes. */
  loanOffer(offer: LoanOffer): void;
  /** Something else is on the guest's clipboard. */
  clipboardOffer(offer: GuestOffer): void;
  /** It is whole and waits in the guest, which keeps it until `printing.done`. Also before `ready`. */
  printJob(job: GuestPrintJob): void;
  installStatus(status: InstallStatus): void;
  /** Already in the log; cleaned and few. */
  agentLog(entry: AgentLogEntry): void;
  /** The connection ended; the bridge dials again by itself. `reason.code` is `bridge.*`. */
  lost(reason: ErrorReport): void;
  /** The bridge gave up for good: three violations in a minute, or a reason that dialling again cannot mend. */
  failed(reason: ErrorReport): void;
}
