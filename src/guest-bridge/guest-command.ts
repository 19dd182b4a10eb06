import type { ClipboardMessage } from './protocol/clipboard-messages.ts';
import type { fileMessagesToGuest } from './protocol/file-messages.ts';
import type { loanTransfersToGuest } from './protocol/loan-messages.ts';
import type { printMessagesToGuest } from './protocol/print-messages.ts';
import type { ToGuest } from './protocol/to-guest.ts';

/** What callers may send; the rest of the protocol is the bridge's own business. */
export type GuestCommand = Exclude<
  ToGuest,
  {
    type:
      | 'challenge'
      | 'proof'
      | 'adopt-secret'
      | 'welcome'
      | 'launch'
      | 'log-request'
      | 'open-url'
      | 'frame-ack'
      | 'destroyed-ack'
      | 'ping'
      | ClipboardMessage['type']
      | (typeof printMessagesToGuest)[number]['shape']['type']['value']
      | (typeof fileMessagesToGuest)[number]['shape']['type']['value']
      | (typeof loanTransfersToGuest)[number]['shape']['type']['value'];
  }
>;
