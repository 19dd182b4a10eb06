import type { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { LiveClipboard } from './clipboard/live-clipboard.ts';
import { timedOut } from './connection/end-reasons.ts';
import type { FrameMemory } from './connection/frame-memory.ts';
import type { ConnectionHandlers } from './connection/guest-connection.ts';
import { LiveFiles } from './files/live-files.ts';
import type { GuestBridgeEvents } from './guest-bridge-events.ts';
import { OfferRate, offerOf } from './guest-loans.ts';
import { LiveShares } from './guest-shares.ts';
import type { PendingLaunches } from './pending-launches.ts';
import { LivePrinting } from './printing/live-printing.ts';
import { CHUNK_KIND, CLIPBOARD_CHUNK_KIND, encodeChunk } from './protocol/chunk-codec.ts';
import { isClipboardMessage } from './protocol/clipboard-messages.ts';
import type { ToGuest } from './protocol/to-guest.ts';
import type { BridgeTiming } from './timing.ts';
import type { TypedEvents } from './typed-events.ts';

/** The connection there is; false where there is none. */
export interface GuestLine {
  say(message: ToGuest): boolean;
  sendBinary(bytes: Uint8Array): Promise<boolean>;
  end(why: XPaneError): void;
}

export interface GuestExchangeOptions {
  readonly line: GuestLine;
  readonly memory: FrameMemory;
  readonly launches: PendingLaunches;
  readonly events: TypedEvents<GuestBridgeEvents>;
  readonly timing: BridgeTiming;
  readonly log: Log;
}

type ControlMessage = Parameters<ConnectionHandlers['onControl']>[0];

/** What crosses beside windows: files both ways, the clipboard, print jobs, shared folders. One for the life of a bridge. */
export class GuestExchange {
  readonly files: LiveFiles;
  readonly clipboard: LiveClipboard;
  readonly printing: LivePrinting;
  readonly shares: LiveShares;
  readonly #options: GuestExchangeOptions;
  readonly #offers = new OfferRate();

  constructor(options: GuestExchangeOptions) {
    this.#options = options;
    const { line, memory, launches, events, timing, log } = options;
    this.files = new LiveFiles({
      line: {
        send: (message) => line.say(message),
        sendChunk: async (chunk) => {
          const bytes = encodeChunk(chunk, CHUNK_KIND, (sizeBytes) => memory.take(sizeBytes));
          const taken = await line.sendBinary(bytes);
          if (taken) memory.giveBack(bytes);
          return taken;
        },
        giveBack: (data) => memory.giveBack(data),
        stuck: () => line.end(timedOut('it does not end the transfer of a file')),
      },
      launches,
      progressMs: timing.fileProgressMs,
      onFile: (file) => events.emit('documentFile', file),
      onGone: (name) => events.emit('documentFileGone', name),
    });
    this.clipboard = new LiveClipboard({
      line: {
        send: (message) => line.say(message),
        sendChunk: (chunk) => line.sendBinary(encodeChunk(chunk, CLIPBOARD_CHUNK_KIND)),
        giveBack: (data) => memory.giveBack(data),
      },
      progressMs: timing.clipboardProgressMs,
      onOffer: (offer) => events.emit('clipboardOffer', offer),
      log,
    });
    this.printing = new LivePrinting({
      say: (message) => line.say(message),
      fetchJob: (jobId, take, transfer) => this.files.fetchJob(jobId, take, transfer),
      onJob: (job) => events.emit('printJob', job),
    });
    this.shares = new LiveShares((message) => line.say(message));
  }

  /** A new connection, to an agent that can do this. */
  reset(capabilities: readonly string[]): void {
    this.files.reset(capabilities);
    this.clipboard.reset(capabilities);
    this.printing.reset(capabilities);
    this.shares.reset(capabilities);
  }

  /** The connection is gone. */
  abandon(reason: XPaneError): void {
    this.files.abandon(reason);
    this.clipboard.abandon(reason);
    this.printing.reset([]);
    this.shares.abandon(reason);
  }

  /** False: it is about something else. Throws ProtocolViolation. */
  receiveBinary(untrusted: Uint8Array): boolean {
    if (untrusted[0] === CHUNK_KIND) this.files.receiveBinary(untrusted);
    else if (untrusted[0] === CLIPBOARD_CHUNK_KIND) this.clipboard.receiveBinary(untrusted);
    else return false;
    return true;
  }

  /** Takes what is its own and gives the rest back. Throws ProtocolViolation. */
  receive(message: ControlMessage): message is ExchangeMessage {
    switch (message.type) {
      case 'loan-offer':
        if (this.#offers.take()) this.#options.events.emit('loanOffer', offerOf(message));
        return true;
      case 'print-job':
        this.printing.receive(message);
        return true;
      case 'share-result':
        this.shares.answer(message.requestId, message);
        return true;
      case 'document-file':
      case 'document-file-gone':
      case 'transfer-begin':
      case 'transfer-ack':
      case 'transfer-end':
      case 'document-forgotten':
        this.files.receive(message);
        return true;
      default:
        if (!isClipboardMessage(message)) return false;
        this.clipboard.receive(message);
        return true;
    }
  }
}

type ExchangeMessage = Extract<
  ControlMessage,
  | { readonly type: 'loan-offer' | 'print-job' | 'share-result' }
  | { readonly type: `document-${string}` | `transfer-${string}` | `clipboard-${string}` }
>;
