import { reportOf, type XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import {
  type ClipboardReadOptions,
  clipboardCapability,
  clipboardFilesCapability,
  type GiveContent,
  type GuestClipboard,
  type GuestOffer,
} from '../guest-clipboard.ts';
import { notConnected } from '../pending-launches.ts';
import { readChunk, type TransferChunk } from '../protocol/chunk-codec.ts';
import type { ClipboardFormat, ClipboardMessage } from '../protocol/clipboard-messages.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { cancelled, refusalError, tooMany } from './clipboard-errors.ts';
import { IncomingContent } from './incoming-content.ts';
import { OutgoingContent } from './outgoing-content.ts';

export interface ClipboardLine {
  send(message: ClipboardMessage): boolean;
  /** Resolves when the socket has taken it; false: there is no connection (any more). */
  sendChunk(chunk: TransferChunk): Promise<boolean>;
  /** The memory of a message whose content nobody reads any more. */
  giveBack(data: Uint8Array): void;
}

export interface LiveClipboardOptions {
  readonly line: ClipboardLine;
  /** Content in which the guest does nothing for so long is given up. */
  readonly progressMs: number;
  readonly onOffer: (offer: GuestOffer) => void;
  readonly log: Log;
}

interface Offered {
  readonly offerId: number;
  readonly formats: readonly ClipboardFormat[];
  readonly give: GiveContent;
}

/** The guest's clipboard with the ways in for what the guest says; only the bridge has it in this form. */
export class LiveClipboard implements GuestClipboard {
  readonly #options: LiveClipboardOptions;
  readonly #incoming = new Map<number, IncomingContent>();
  readonly #outgoing = new Map<number, OutgoingContent>();
  #works = false;
  #takesFiles = false;
  #offered: Offered | undefined;
  #lastOfferId = 0;
  #lastRequestId = 0;
  #guestsLastOfferId = 0;
  #guestsLastRequestId = 0;

  constructor(options: LiveClipboardOptions) {
    this.#options = options;
  }

  get works(): boolean {
    return this.#works;
  }

  get takesFiles(): boolean {
    return this.#works && this.#takesFiles;
  }

  offer(formats: readonly ClipboardFormat[], give: GiveContent): boolean {
    if (!this.#works) return false;
    const offerId = ++this.#lastOfferId;
    this.#offered = { offerId, formats, give };
    for (const outgoing of this.#outgoing.values()) outgoing.supersede();
    return this.#options.line.send({ type: 'clipboard-offer', offerId, formats: [...formats] });
  }

  async read(
    { offerId }: GuestOffer,
    format: ClipboardFormat,
    options: ClipboardReadOptions,
  ): Promise<Uint8Array> {
    const { line, progressMs } = this.#options;
    if (options.signal?.aborted) throw cancelled(options.signal.reason);
    if (!this.#works) throw notConnected();
    if (this.#incoming.size >= limits.clipboardRequests) throw tooMany();
    const requestId = ++this.#lastRequestId;
    if (!line.send({ type: 'clipboard-request', requestId, offerId, format })) throw notConnected();
    const incoming = new IncomingContent(
      {
        acknowledge: (bytes) => line.send({ type: 'clipboard-ack', requestId, bytes }),
        cancel: () => line.send({ type: 'clipboard-cancel', requestId }),
        onOver: () => this.#incoming.delete(requestId),
      },
      progressMs,
      options,
    );
    this.#incoming.set(requestId, incoming);
    return await incoming.result;
  }

  /** A proven connection begins. */
  reset(capabilities: readonly string[]): void {
    this.#works = capabilities.includes(clipboardCapability);
    this.#takesFiles = capabilities.includes(clipboardFilesCapability);
    this.#offered = undefined;
    this.#lastOfferId = 0;
    this.#lastRequestId = 0;
    this.#guestsLastOfferId = 0;
    this.#guestsLastRequestId = 0;
  }

  abandon(reason: XPaneError): void {
    this.#works = false;
    this.#offered = undefined;
    for (const incoming of [...this.#incoming.values()]) incoming.reject(reason);
    for (const outgoing of this.#outgoing.values()) outgoing.end();
    this.#outgoing.clear();
  }

  /** Throws ProtocolViolation. */
  receive(untrusted: ClipboardMessage): void {
    if (!this.#works) throw wrongOrder('of a clipboard that it said it does not know');
    switch (untrusted.type) {
      case 'clipboard-offer':
        if (untrusted.offerId <= this.#guestsLastOfferId) throw wrongOrder('an offer that was there before');
        this.#guestsLastOfferId = untrusted.offerId;
        this.#options.onOffer({ offerId: untrusted.offerId, formats: untrusted.formats });
        break;
      case 'clipboard-request':
        this.#requested(untrusted);
        break;
      case 'clipboard-reply':
        this.#asked(untrusted.requestId)?.receiveReply(untrusted.sizeBytes);
        break;
      case 'clipboard-refusal':
        this.#asked(untrusted.requestId)?.reject(refusalError(untrusted.reason));
        break;
      case 'clipboard-ack':
        this.#given(untrusted.requestId)?.receiveAck(untrusted.bytes);
        break;
      case 'clipboard-cancel':
        this.#given(untrusted.requestId)?.end();
        break;
      case 'clipboard-progress':
        this.#asked(untrusted.requestId)?.receiveProgress();
    }
  }

  /** A binary message with a piece of content. Throws ProtocolViolation. */
  receiveBinary(untrusted: Uint8Array): void {
    const chunk = readChunk(untrusted);
    this.#asked(chunk.transferId)?.receiveChunk(chunk);
    this.#options.line.giveBack(chunk.data);
  }

  #requested({ requestId, offerId, format }: Extract<ClipboardMessage, { type: 'clipboard-request' }>): void {
    const { line, log, progressMs } = this.#options;
    if (requestId <= this.#guestsLastRequestId) throw wrongOrder('a request that was there before');
    if (offerId > this.#lastOfferId) throw wrongOrder('a request for what was never offered');
    if (this.#outgoing.size >= limits.clipboardRequests) {
      throw new ProtocolViolation(
        'bridge.too-many',
        'more of a clipboard asked for than may be',
        closeCodes.flood,
      );
    }
    this.#guestsLastRequestId = requestId;
    const offered = this.#offered?.offerId === offerId ? this.#offered : undefined;
    if (!offered?.formats.includes(format)) {
      line.send({ type: 'clipboard-refusal', requestId, reason: 'gone' });
      return;
    }
    const outgoing = new OutgoingContent(
      {
        reply: (sizeBytes) => line.send({ type: 'clipboard-reply', requestId, sizeBytes }),
        progress: () => line.send({ type: 'clipboard-progress', requestId }),
        refuse: (reason) => line.send({ type: 'clipboard-refusal', requestId, reason }),
        sendChunk: ({ offset, data }) => line.sendChunk({ transferId: requestId, offset, data }),
      },
      progressMs,
    );
    this.#outgoing.set(requestId, outgoing);
    outgoing
      .run(format, offered.give)
      .catch((error: unknown) => log.warn({ error: reportOf(error) }, 'what the guest pastes did not come'))
      .finally(() => {
        if (this.#outgoing.get(requestId) === outgoing) this.#outgoing.delete(requestId);
      });
  }

  /** Undefined for one that is over: what comes for it is late. Throws ProtocolViolation for one that never was. */
  #asked(untrustedId: number): IncomingContent | undefined {
    if (untrustedId > this.#lastRequestId) {
      throw new ProtocolViolation('bridge.clipboard-lies', 'content of a clipboard that nobody asked for');
    }
    return this.#incoming.get(untrustedId);
  }

  #given(untrustedId: number): OutgoingContent | undefined {
    if (untrustedId > this.#guestsLastRequestId) throw wrongOrder('a word about a request that never was');
    return this.#outgoing.get(untrustedId);
  }
}

function wrongOrder(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.wrong-order', detail);
}
