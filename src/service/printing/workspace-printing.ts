import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
import { type HostPrinters, hostPrinters } from '../../integration/printing/host-printers.ts';
import { usualPaper } from '../../integration/printing/paper.ts';
import { PrintDelivery, type PrintOutput } from '../../redirection/printing/print-delivery.ts';
import { PrintIntake } from '../../redirection/printing/print-intake.ts';
import type { PrintNotice } from '../../redirection/printing/print-notice.ts';
import { PrintStore } from '../../redirection/printing/print-store.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Settings } from '../../workspace/settings-schema.ts';
import { type GuestEnd, withPatience } from '../guest-end.ts';
import { HostQuota } from '../urls/host-quota.ts';
import { type PrinterOffer, printerOffer } from './printer-offer.ts';

/** A printer that comes or goes while the guest runs is noticed within this. */
const lookAgainMs = 60_000;
const lookMs = 50;
/** How long a printer may hold up the end of the service. */
const closePatienceMs = 2000;
/** How long pages that are just being printed may hold that up. */
const disposalPatienceMs = 20_000;
const none = { names: [], usual: undefined };

/** What the workspace is at present: another one may take its place under the same id. */
export interface PrintingContext {
  readonly workspaceName: string;
  /** As it is now; may throw `settings.*`, `policy.*`: then there are no printers. */
  readonly setting: () => Settings['printing'];
  readonly tell: (notice: PrintNotice) => void;
  /** What its guest has is gone when it ends. */
  readonly leavesNothing: () => boolean;
  /** `busy` may be another one. */
  readonly onChange: () => void;
}

/** What it needs of the bridge to a guest. */
export type PrintingBridge = Pick<GuestBridge, 'state' | 'printing' | 'on'>;

export interface WorkspacePrintingParts {
  readonly folder: string;
  readonly output: PrintOutput;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** Printers of this computer in one workspace's guest: one store and one delivery, one intake for each bridge. */
export class WorkspacePrinting {
  readonly #parts: WorkspacePrintingParts;
  readonly #store: PrintStore;
  readonly #delivery: PrintDelivery;
  readonly #quota = new HostQuota();
  readonly #closed = new AbortController();
  #context: PrintingContext;
  #intake: PrintIntake | undefined;
  #bridge: PrintingBridge | undefined;
  #offers: readonly PrinterOffer[] = [];
  /** As the server of CUPS told them last. */
  #lastPrinters: HostPrinters | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: WorkspacePrintingParts, store: PrintStore, context: PrintingContext) {
    this.#parts = parts;
    this.#store = store;
    this.#context = context;
    const { output, log } = parts;
    this.#delivery = new PrintDelivery({ store, output, log, tell: (notice) => this.#tell(notice) });
  }

  /** Goes on with what an earlier service had taken. Rejects with the system's error. */
  static async open(parts: WorkspacePrintingParts, context: PrintingContext): Promise<WorkspacePrinting> {
    return new WorkspacePrinting(parts, await PrintStore.open(parts.folder, parts.log), context);
  }

  set context(context: PrintingContext) {
    this.#context = context;
  }

  /** A new guest's bridge, in place of any before. */
  adopt(bridge: PrintingBridge): void {
    void this.#intake?.close();
    clearTimeout(this.#timer);
    const { log } = this.#parts;
    const intake = new PrintIntake({
      ...{ guest: bridge.printing, store: this.#store, quota: this.#quota, log },
      targetOf: (id) => this.#offers.find(({ printerId }) => printerId === id) ?? null,
      onTaken: (jobId) => this.#delivery.add(jobId),
      tell: (notice) => this.#tell(notice),
      onQuiet: () => this.#context.onChange(),
    });
    this.#intake = intake;
    this.#bridge = bridge;
    bridge.on('ready', () => void this.#offer(bridge, intake, true));
    // What is told before that waits until it is known which printers there are.
    bridge.on('printJob', (job) => {
      if (bridge.state === 'ready' && this.#offers.length > 0) intake.told(job);
    });
  }

  /** Pages are on their way out of the guest: it is not put to rest. */
  get busy(): boolean {
    return this.#intake?.busy ?? false;
  }

  /**
   * Takes what the guest has printed before that ends or rests; `end` may become another one meanwhile. What does not
   * come in time comes when the guest runs again. Throws `printing.only-in-guest` where it would be gone then.
   */
  async settle(end: () => GuestEnd): Promise<void> {
    const [bridge, intake] = [this.#bridge, this.#intake];
    if (bridge?.state !== 'ready' || !intake) return;
    if (this.#offers.length > 0) for (const job of bridge.printing.jobs.values()) intake.told(job);
    await withPatience(end, async (late) => {
      while (intake.busy && !late.aborted) await Promise.race([intake.settled(), setTimeoutPromise(lookMs)]);
    });
    const { size } = bridge.printing.jobs;
    if (size === 0) return;
    this.#parts.log.warn({ jobs: size, end: end() }, 'pages are still in the guest');
    if (end() === 'stop' && this.#context.leavesNothing()) throw onlyInGuest(size);
  }

  /** For a workspace whose files are about to be thrown away. Throws `printing.only-here` where a page would go with it. */
  async beforeDiskGoes({ force }: { readonly force: boolean }): Promise<void> {
    const late = new AbortController();
    const waited = setTimeoutPromise(disposalPatienceMs, undefined, { signal: late.signal });
    await Promise.race([this.#delivery.settled(), waited]);
    late.abort();
    const { length } = this.#store.open;
    if (length === 0) return;
    if (!force) throw onlyHere(length);
    this.#parts.log.warn({ jobs: length }, 'pages that wait to be printed go with their workspace');
  }

  /** Begins no job any more. Resolves when none is being made a PDF or given to a printer. */
  async stopDelivering(): Promise<void> {
    await this.#delivery.close();
  }

  /** A printer that says nothing is not waited for: its job becomes a PDF when XPane starts again. */
  async close(): Promise<void> {
    this.#closed.abort();
    clearTimeout(this.#timer);
    const late = new AbortController();
    const delivered = this.#delivery.close().finally(() => late.abort());
    await this.#intake?.close();
    const waited = setTimeoutPromise(closePatienceMs, undefined, { signal: late.signal });
    await Promise.race([delivered, waited.catch(() => undefined)]);
  }

  /** `anew`: to an agent that may have other printers than those it was told last. */
  async #offer(bridge: PrintingBridge, intake: PrintIntake, anew: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const setting = this.#setting();
    const needsCups = setting === 'default' || setting === 'all';
    const printers = needsCups ? await this.#printers() : none;
    if (this.#intake !== intake || bridge.state !== 'ready' || this.#closed.signal.aborted) return;
    const offers = printerOffer(setting, printers);
    if (anew || JSON.stringify(offers) !== JSON.stringify(this.#offers)) {
      this.#offers = offers;
      const list = offers.map(({ printerId, name }) => ({ printerId, name }));
      if (!bridge.printing.offer(list, usualPaper(this.#parts.env)))
        this.#parts.log.info({}, 'the agent in the guest has no printers to give');
    }
    // What could not be taken before, too.
    if (offers.length > 0) for (const job of bridge.printing.jobs.values()) intake.told(job);
    this.#timer = setTimeout(() => void this.#offer(bridge, intake, false), lookAgainMs).unref();
  }

  /** A server that rests for a moment takes no printer from a guest: what is printed there meanwhile waits or is kept. */
  async #printers(): Promise<Pick<HostPrinters, 'names' | 'usual'>> {
    const found = await hostPrinters(this.#parts.env, this.#closed.signal).catch(() => undefined);
    if (found?.complete) this.#lastPrinters = found;
    return this.#lastPrinters ?? found ?? none;
  }

  #setting(): Settings['printing'] {
    try {
      return this.#context.setting();
    } catch (error) {
      this.#parts.log.warn({ error: reportOf(error) }, 'no printers, as the settings cannot be read');
      return 'off';
    }
  }

  #tell({ kind, title, text }: PrintNotice): void {
    this.#context.tell({ kind, title: `${this.#context.workspaceName}: ${title}`, text });
  }
}

function onlyHere(jobs: number): XPaneError {
  return new XPaneError(
    'printing.only-here',
    `${jobs === 1 ? 'A document' : `${jobs} documents`} from the guest ${jobs === 1 ? 'waits' : 'wait'} to be printed, and would be gone with the disk.`,
    'What XPane said when it was printed tells why; once that is mended, start XPane again. With --force that is lost.',
  );
}

function onlyInGuest(jobs: number): XPaneError {
  return new XPaneError(
    'printing.only-in-guest',
    `${jobs === 1 ? 'A document that was' : `${jobs} documents that were`} printed in the guest could not be brought here, and would be gone with it.`,
    'See that there is room on this computer and printing is not switched off, then stop it again; with --force that is lost.',
  );
}
