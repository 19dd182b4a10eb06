import { join } from 'node:path';
import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
import { type LoanOffer, loansCapability } from '../../guest-bridge/guest-loans.ts';
import type { FileNotice } from '../../redirection/files/notices.ts';
import { LoanJournal } from '../../redirection/guest-files/loan-journal.ts';
import type { HostDesktop, LoanGuest } from '../../redirection/guest-files/loan-port.ts';
import { LoanRelay } from '../../redirection/guest-files/loan-relay.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { fileRule } from '../../workspace/file-rule.ts';
import { extensionsIn } from '../../workspace/host-opens.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { ChangeSignal } from '../change-signal.ts';
import { type GuestEnd, withPatience } from '../guest-end.ts';
import { scanBy } from '../scan-by.ts';
import { HostQuota } from '../urls/host-quota.ts';

export interface WorkspaceLoansParts {
  readonly workspace: Workspace;
  /** See `loanFolders`. */
  readonly copiesFolder: string;
  readonly rescuedFolder: string;
  /** As they are now. Throws `settings.*`, `policy.*`: then nothing opens here. */
  readonly rules: () => Pick<Workspace, 'hostOpens' | 'filesToGuest' | 'filesFromGuest' | 'scanFromGuest'>;
  readonly desktop: HostDesktop;
  readonly onNotice: (notice: FileNotice) => void;
  readonly log: Log;
}

/** So many files of a guest open here in a minute. */
const mostInMinute = 10;
const minuteMs = 60_000;

/** Files of one workspace's guest that open on this computer: one relay as long as the workspace is there. */
export class WorkspaceLoans {
  readonly changes = new ChangeSignal();
  readonly #parts: WorkspaceLoansParts;
  readonly #relay: LoanRelay;
  readonly #quota = new HostQuota(undefined, { most: mostInMinute, overMs: minuteMs });
  #bridge: GuestBridge | undefined;
  /** The kinds that this bridge's agent was told. */
  #told: ReadonlySet<string> = new Set();

  private constructor(parts: WorkspaceLoansParts, journal: LoanJournal) {
    this.#parts = parts;
    const { rescuedFolder, workspace, desktop, onNotice, log } = parts;
    this.#relay = new LoanRelay({
      ...{ journal, rescuedFolder, workspaceName: workspace.name, desktop, onNotice, log },
      guest: () => this.#guest(),
      scan: scanBy(parts.rules),
      rules: () => {
        const { hostOpens, filesToGuest, filesFromGuest } = parts.rules();
        const files = { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
        return { extensions: new Set(extensionsIn(hostOpens)), files };
      },
      now: () => new Date(),
      onChange: () => this.changes.emit(),
    });
  }

  /** Rejects with the system's error. */
  static async open(parts: WorkspaceLoansParts): Promise<WorkspaceLoans> {
    return new WorkspaceLoans(parts, await LoanJournal.open(parts.copiesFolder, parts.log));
  }

  get busy(): boolean {
    return this.#relay.busy;
  }

  /** A new guest's bridge. */
  adopt(bridge: GuestBridge): void {
    this.#bridge = bridge;
    this.#told = new Set();
    bridge.on('connected', ({ capabilities }) => {
      this.#told = new Set();
      if (capabilities.includes(loansCapability)) this.#tell(bridge, this.#wanted());
      else if (this.#wanted().length > 0) {
        this.#parts.log.warn({}, 'the agent in the guest is too old to have files opened here');
      }
    });
    bridge.on('ready', () => {
      if (this.#bridge === bridge) this.#relay.ready();
    });
    bridge.on('loanOffer', (offer) => {
      if (this.#bridge === bridge) this.#offered(bridge, offer);
    });
  }

  /** Brings back what is saved here before the guest ends or rests; what does not come in time comes when it runs again. Never rejects. */
  async settle(end: () => GuestEnd): Promise<void> {
    if (!this.#guest()) return;
    try {
      const left = await withPatience(end, (late) => this.#relay.settle(late));
      if (left.length > 0)
        this.#parts.log.warn({ files: left.length }, 'files saved here are not in the guest yet');
    } catch (error) {
      // They stay here, with their records: no reason to keep the guest from its end.
      this.#parts.log.error({ error: reportOf(error) }, 'files saved here could not be looked after');
    }
  }

  async close(): Promise<void> {
    this.#bridge = undefined;
    await this.#relay.close();
  }

  #offered(bridge: GuestBridge, offer: LoanOffer): void {
    // Whoever was not asked for anything asks for nothing.
    if (this.#told.size === 0) return;
    // Settings may have changed since.
    const wanted = this.#wanted();
    const isSame = wanted.length === this.#told.size && wanted.every((each) => this.#told.has(each));
    if (!isSame) this.#tell(bridge, wanted);
    const taken = wanted.length === 0 ? 'refused' : this.#quota.take();
    if (taken === 'taken') return void this.#relay.offered(offer);
    this.#relay.refuse(offer.loanId);
    if (taken === 'first-refused') this.#parts.onNotice(tooMany(this.#parts.workspace.name));
  }

  #tell(bridge: GuestBridge, extensions: readonly string[]): void {
    this.#told = new Set(extensions);
    bridge.send({ type: 'loan-handling', extensions: [...extensions] });
  }

  #wanted(): readonly string[] {
    try {
      return extensionsIn(this.#parts.rules().hostOpens);
    } catch (error) {
      // What nobody can read allows nothing.
      this.#parts.log.warn(
        { error: reportOf(error) },
        'files of the guest open there, as the settings cannot be read',
      );
      return [];
    }
  }

  #guest(): LoanGuest | undefined {
    const bridge = this.#bridge;
    if (bridge?.state !== 'ready' && bridge?.state !== 'connected') return undefined;
    return {
      loans: bridge.loans,
      answer: (loanId, taken) => void bridge.send({ type: 'loan-answer', loanId, taken }),
      giveBack: (loanId) => void bridge.send({ type: 'loan-return', loanId }),
    };
  }
}

/** Where the copies of a workspace's files lie: with the user's data, as what is saved here may be all there is. */
export function loanFolders(data: string, id: string) {
  return { copiesFolder: join(data, 'from-guest', id), rescuedFolder: join(data, 'rescued', id) };
}

function tooMany(workspaceName: string): FileNotice {
  return {
    title: `${workspaceName} opens too many files here`,
    text: `More than ${mostInMinute} in a minute: the others open there.\nWhat to do: If you did not open so many, look which program in the guest does it, or set "hostOpens" to none.`,
  };
}
