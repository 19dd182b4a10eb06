import { within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import { errorOf } from './files/file-errors.ts';
import type { GuestFileName } from './guest-files.ts';
import { notConnected, type WaitOptions } from './pending-launches.ts';
import type { TransferOutcome } from './protocol/file-messages.ts';
import type { ToGuest } from './protocol/to-guest.ts';
import { ProtocolViolation } from './protocol/violation.ts';

/** What an agent says that knows `share-open` and what belongs to it. */
const sharesCapability = 'shares';

/** Where a share is seen in the guest. */
export interface ShownShare {
  readonly documentId: string;
  /** `D` to `Z`. */
  readonly drive?: string | undefined;
  /** It is the user's My Documents. */
  readonly documents: boolean;
}

/**
 * What shared folders need beside `GuestFiles`, where their files are those of a document. All reject with XPaneError
 * `bridge.no-shares`, `bridge.not-connected`, `bridge.file-timeout`, why the connection ended, and as they say.
 */
export interface GuestShares {
  /** `bridge.file-in-use`: the drive is something else's. */
  open(share: ShownShare, options: WaitOptions): Promise<void>;
  close(documentId: string, options: WaitOptions): Promise<void>;
  /** Of the file with that stamp only: `bridge.file-changed`, `-in-use`, `-not-found`. */
  remove(file: GuestFileName, stamp: string, options: WaitOptions): Promise<void>;
  /** The same; `bridge.file-changed` also where there is something already. */
  move(file: GuestFileName, stamp: string, to: readonly string[], options: WaitOptions): Promise<void>;
  makeFolder(folder: GuestFileName, options: WaitOptions): Promise<void>;
  /** `bridge.file-changed`: it is not empty. */
  removeFolder(folder: GuestFileName, options: WaitOptions): Promise<void>;
}

interface Result {
  readonly outcome: TransferOutcome;
  readonly systemError: number;
}

/** Requests about shares that wait for the guest's answer; only the bridge has them in this form. */
export class LiveShares implements GuestShares {
  readonly #send: (message: ToGuest) => boolean;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #lastId = 0;
  #knowsShares = false;

  /** `send` gives false without a connection. */
  constructor(send: (message: ToGuest) => boolean) {
    this.#send = send;
  }

  async open({ documentId, drive = '', documents }: ShownShare, options: WaitOptions): Promise<void> {
    await this.#ask(options, (requestId) => ({
      type: 'share-open',
      requestId,
      documentId,
      drive,
      documents,
    }));
  }

  async close(documentId: string, options: WaitOptions): Promise<void> {
    await this.#ask(options, (requestId) => ({ type: 'share-close', requestId, documentId }));
  }

  async remove({ documentId, path }: GuestFileName, expect: string, options: WaitOptions): Promise<void> {
    const file = { documentId, path: [...path], expect };
    await this.#ask(options, (requestId) => ({ type: 'file-remove', requestId, ...file }));
  }

  async move(
    { documentId, path }: GuestFileName,
    expect: string,
    to: readonly string[],
    options: WaitOptions,
  ): Promise<void> {
    const file = { documentId, path: [...path], expect, to: [...to] };
    await this.#ask(options, (requestId) => ({ type: 'file-move', requestId, ...file }));
  }

  async makeFolder({ documentId, path }: GuestFileName, options: WaitOptions): Promise<void> {
    const folder = { documentId, path: [...path] };
    await this.#ask(options, (requestId) => ({ type: 'folder-make', requestId, ...folder }));
  }

  async removeFolder({ documentId, path }: GuestFileName, options: WaitOptions): Promise<void> {
    const folder = { documentId, path: [...path] };
    await this.#ask(options, (requestId) => ({ type: 'folder-remove', requestId, ...folder }));
  }

  /** A proven connection begins. */
  reset(capabilities: readonly string[]): void {
    this.#knowsShares = capabilities.includes(sharesCapability);
  }

  /** An answer that comes too late is dropped. Throws ProtocolViolation for one to nothing ever asked. */
  answer(untrustedRequestId: number, result: Result): void {
    if (untrustedRequestId > this.#lastId) {
      throw new ProtocolViolation('bridge.wrong-order', 'an answer about a share that was never asked for');
    }
    this.#waiting.get(untrustedRequestId)?.resolve(result);
  }

  /** The connection is gone: no answer can come. */
  abandon(reason: XPaneError): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  async #ask(options: WaitOptions, messageOf: (requestId: number) => ToGuest): Promise<void> {
    options.signal?.throwIfAborted();
    const requestId = ++this.#lastId;
    if (!this.#knowsShares || !this.#send(messageOf(requestId))) {
      throw this.#knowsShares ? notConnected() : noShares();
    }
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.set(requestId, waiting);
    try {
      const { outcome, systemError } = await within(
        options.timeoutMs,
        waiting.promise,
        tooLate,
        options.signal,
      );
      if (outcome !== 'done') throw errorOf(outcome, systemError);
    } finally {
      this.#waiting.delete(requestId);
    }
  }
}

const noShares = () =>
  new XPaneError(
    'bridge.no-shares',
    'The agent in this guest is an older one and knows no shared folders.',
    'Restart the workspace, so that it gets the agent of this XPane; set the guest of an image up again.',
  );

const tooLate = () =>
  new XPaneError(
    'bridge.file-timeout',
    'The guest did not answer in time about a shared folder.',
    'Restart the workspace if this happens again.',
  );
