import { unlessAborted } from '../../shared/deadline.ts';
import type { XPaneError } from '../../shared/errors.ts';
import type {
  DropPlace,
  Expected,
  GuestFile,
  GuestFileName,
  GuestFiles,
  TransferOptions,
} from '../guest-files.ts';
import type { GuestLoans } from '../guest-loans.ts';
import {
  type LaunchResult,
  notConnected,
  type PendingLaunches,
  type WaitOptions,
} from '../pending-launches.ts';
import { readChunk } from '../protocol/chunk-codec.ts';
import type { fileMessagesFromGuest } from '../protocol/file-messages.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { limits } from '../protocol/limits.ts';
import type { ToGuest } from '../protocol/to-guest.ts';
import { transferWindowWith } from '../protocol/transfer-window.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { documentDigest } from './document-digest.ts';
import { DocumentList } from './document-list.ts';
import { cancelled, noFiles, tooLarge } from './file-errors.ts';
import { GetTransfer, type GotFile } from './get-transfer.ts';
import type { OpenTransfer, TransferLine } from './open-transfer.ts';
import { PendingForgets } from './pending-forgets.ts';
import { PutTransfer } from './put-transfer.ts';

export type FileMessage = Extract<
  FromGuest,
  { type: (typeof fileMessagesFromGuest)[number]['shape']['type']['value'] }
>;

export interface LiveFilesOptions {
  readonly line: TransferLine;
  readonly launches: PendingLaunches;
  readonly progressMs: number;
  /** Once the guest is ready. */
  readonly onFile: (file: GuestFile) => void;
  readonly onGone: (name: GuestFileName) => void;
}

const NOTHING: ReadonlyMap<string, GuestFile> = new Map();

/** The guest's files with the ways in for what it says; only the bridge has them in this form. */
export class LiveFiles implements GuestFiles {
  readonly #options: LiveFilesOptions;
  readonly #list = new DocumentList();
  readonly #open = new Map<number, OpenTransfer>();
  readonly #forgets = new PendingForgets();
  /** Those who wait for one of `#open` to end. */
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #lastId = 0;
  #heedsExpected = false;
  #takesDrops = false;
  #windowBytes: number = limits.transferWindowBytes;
  /** `none` without a proven connection, `no-files` with an agent that takes none. */
  #state: 'none' | 'no-files' | 'connected' | 'ready' = 'none';

  constructor(options: LiveFilesOptions) {
    this.#options = options;
  }

  of(documentId: string): ReadonlyMap<string, GuestFile> {
    return this.#state === 'ready' ? this.#list.of(documentId) : NOTHING;
  }

  get heedsExpected(): boolean {
    return this.#heedsExpected;
  }

  get takesDrops(): boolean {
    return this.#takesDrops;
  }

  get files(): ReadonlyMap<string, GuestFile> {
    return this.#state === 'ready' ? this.#list.files : NOTHING;
  }

  /** Files that the guest has lent: another name for a file, by the same transfers. */
  readonly loans: GuestLoans = {
    get: (loanId, take, options = {}) =>
      this.#get((transferId) => ({ type: 'loan-get', transferId, loanId }), take, options),
    put: ({ loanId, over, sizeBytes, modifiedMs }, content, options = {}) => {
      const loan = { loanId, ...(over === undefined ? {} : { over }), sizeBytes };
      const modifiedUnixMs = wireTime(modifiedMs);
      return this.#put(
        (transferId) => ({ type: 'loan-put', transferId, ...loan, modifiedUnixMs }),
        sizeBytes,
        content,
        options,
      );
    },
  };

  async put(
    file: GuestFileName & { sizeBytes: number; modifiedMs: number; readOnly: boolean; expect?: Expected },
    content: AsyncIterable<Uint8Array>,
    options: TransferOptions = {},
  ): Promise<{ readonly stamp: string }> {
    const { documentId, sizeBytes, readOnly } = file;
    const path = [...file.path];
    const named = {
      ...{ documentId, path, sizeBytes, modifiedUnixMs: wireTime(file.modifiedMs), readOnly },
      ...this.#expectation(file.expect),
    };
    return await this.#put(
      (transferId) => ({ type: 'file-put', transferId, ...named }),
      sizeBytes,
      content,
      options,
    );
  }

  async get(
    { documentId, path }: GuestFileName,
    take: (chunk: Uint8Array) => Promise<void>,
    options: TransferOptions = {},
  ): Promise<GotFile> {
    const named = { documentId, path: [...path] };
    return await this.#get((transferId) => ({ type: 'file-get', transferId, ...named }), take, options);
  }

  /** As `get`, of a print job. */
  async fetchJob(
    jobId: string,
    take: (chunk: Uint8Array) => Promise<void>,
    options: TransferOptions = {},
  ): Promise<GotFile> {
    return await this.#get((transferId) => ({ type: 'print-get', transferId, jobId }), take, options);
  }

  async open(
    { documentId, path, applicationId }: GuestFileName & { applicationId?: string },
    options: WaitOptions,
  ): Promise<LaunchResult> {
    this.#expectFiles();
    const { launches, line } = this.#options;
    const application = applicationId === undefined ? {} : { applicationId };
    return await launches.ask(options, (requestId) =>
      line.send({ type: 'file-open', requestId, documentId, path: [...path], ...application }),
    );
  }

  async drop(
    files: readonly GuestFileName[],
    { windowId, x, y }: DropPlace,
    options: WaitOptions,
  ): Promise<LaunchResult> {
    this.#expectFiles();
    const { launches, line } = this.#options;
    const named = files.map(({ documentId, path }) => ({ documentId, path: [...path] }));
    return await launches.ask(options, (requestId) =>
      line.send({ type: 'file-drop', requestId, windowId, x, y, files: named }),
    );
  }

  async forget(documentId: string, options: WaitOptions): Promise<boolean> {
    options.signal?.throwIfAborted();
    this.#expectFiles();
    const files = this.#list.of(documentId).values();
    const expect = this.#heedsExpected ? { expect: documentDigest(files) } : {};
    if (!this.#options.line.send({ type: 'document-forget', documentId, ...expect })) throw notConnected();
    return await this.#forgets.wait(documentId, options);
  }

  /** A proven connection begins. */
  reset(capabilities: readonly string[]): void {
    this.#list.clear();
    this.#lastId = 0;
    this.#heedsExpected = capabilities.includes('files-expect');
    this.#takesDrops = capabilities.includes('file-drop');
    this.#windowBytes = transferWindowWith(capabilities);
    this.#state = capabilities.includes('files') ? 'connected' : 'no-files';
  }

  ready(): void {
    if (this.#state === 'connected') this.#state = 'ready';
  }

  abandon(reason: XPaneError): void {
    this.#state = 'none';
    this.#list.clear();
    for (const transfer of this.#open.values()) transfer.abandon(reason);
    this.#open.clear();
    this.#forgets.abandon(reason);
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  /** Throws ProtocolViolation. */
  receive(untrusted: FileMessage): void {
    switch (untrusted.type) {
      case 'document-file': {
        const file = this.#list.put(untrusted);
        if (this.#state === 'ready') this.#options.onFile(file);
        break;
      }
      case 'document-file-gone': {
        const { documentId, path } = untrusted;
        const wasThere = this.#list.remove(untrusted);
        if (wasThere && this.#state === 'ready') this.#options.onGone({ documentId, path });
        break;
      }
      case 'transfer-begin':
        this.#transfer(untrusted.transferId)?.receiveBegin(untrusted);
        break;
      case 'transfer-ack':
        this.#transfer(untrusted.transferId)?.receiveAck(untrusted.bytes);
        break;
      case 'transfer-end':
        this.#transfer(untrusted.transferId)?.receiveEnd(untrusted);
        this.#open.delete(untrusted.transferId);
        this.#waiting.shift()?.resolve();
        break;
      case 'document-forgotten':
        this.#forgets.answer(untrusted.documentId, untrusted.gone);
    }
  }

  /** A binary message with a piece of a file. Throws ProtocolViolation. */
  receiveBinary(untrusted: Uint8Array): void {
    const chunk = readChunk(untrusted);
    const transfer = this.#transfer(chunk.transferId);
    if (transfer) transfer.receiveChunk(chunk);
    else this.#options.line.giveBack(chunk.data);
  }

  async #put(
    message: (transferId: number) => ToGuest,
    sizeBytes: number,
    content: AsyncIterable<Uint8Array>,
    options: TransferOptions,
  ): Promise<{ readonly stamp: string }> {
    if (sizeBytes > limits.fileBytes) throw tooLarge();
    const { line, progressMs } = this.#options;
    const put = await this.#begin(options.signal, (transferId) => {
      if (!line.send(message(transferId))) throw notConnected();
      const terms = { transferId, progressMs, windowBytes: this.#windowBytes };
      return new PutTransfer(line, { ...terms, sizeBytes }, options);
    });
    return await put.run(content);
  }

  async #get(
    message: (transferId: number) => ToGuest,
    take: (chunk: Uint8Array) => Promise<void>,
    options: TransferOptions,
  ): Promise<GotFile> {
    const { line, progressMs } = this.#options;
    const get = await this.#begin(options.signal, (transferId) => {
      if (!line.send(message(transferId))) throw notConnected();
      const terms = { transferId, progressMs, windowBytes: this.#windowBytes };
      return new GetTransfer(line, terms, take, options);
    });
    return await get.result;
  }

  /** Undefined for one that has ended: what comes for it is late. Throws ProtocolViolation for one that never was. */
  #transfer(untrustedId: number): OpenTransfer | undefined {
    if (untrustedId > this.#lastId) {
      throw new ProtocolViolation('bridge.unknown-transfer', 'a word about a transfer that never was');
    }
    return this.#open.get(untrustedId);
  }

  /** Makes a transfer once there is room for one; in one step, so that nobody else takes the room. */
  async #begin<T extends OpenTransfer>(
    signal: AbortSignal | undefined,
    make: (transferId: number) => T,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled(signal.reason);
    this.#expectFiles();
    while (this.#open.size >= limits.transfers) await this.#anEnd(signal);
    this.#expectFiles();
    const transfer = make(++this.#lastId);
    this.#open.set(this.#lastId, transfer);
    return transfer;
  }

  async #anEnd(signal: AbortSignal | undefined): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    try {
      await unlessAborted(waiting.promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      // It may have been this one's turn already.
      else if (this.#state !== 'none') this.#waiting.shift()?.resolve();
      throw signal?.aborted ? cancelled(signal.reason) : error;
    }
  }

  #expectation(expected: Expected | undefined) {
    if (expected === undefined || !this.#heedsExpected) return {};
    return { expect: expected === 'absent' ? expected : expected.stamp };
  }

  #expectFiles(): void {
    if (this.#state === 'none') throw notConnected();
    if (this.#state === 'no-files') throw noFiles();
  }
}

/** What the protocol has no words for becomes the nearest that it has. */
function wireTime(modifiedMs: number): number {
  return Math.min(limits.latestUnixMs, Math.max(limits.earliestUnixMs, Math.round(modifiedMs)));
}
