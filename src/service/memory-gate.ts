import { type ErrorReport, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { sizeInWords } from '../shared/size-in-words.ts';
import { capabilities } from '../vm/capabilities.ts';
import type { HostMemoryReader } from '../vm/host-memory.ts';
import { type MemoryClaim, memoryLeftBytes, memoryNeedBytes, memoryVerdict } from '../vm/memory-need.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { SessionPhase } from './session-phase.ts';

/** What the gate knows of a workspace at work. */
export interface MemoryUser {
  readonly id: string;
  readonly name: string;
  readonly workspace: Pick<Workspace, 'backend' | 'memoryMiB'>;
  readonly session: {
    readonly phase: SessionPhase;
    readonly processIds: readonly number[];
    readonly hasSnapshot: boolean;
  };
}

export interface MemoryGateParts {
  readonly host: HostMemoryReader;
  /** Every workspace of the service. */
  readonly workspaces: () => readonly MemoryUser[];
  readonly log: Log;
}

/** Phases in which a guest has memory, or is about to be given some. */
const claiming: ReadonlySet<SessionPhase['name']> = new Set([
  'starting',
  'running',
  'suspending',
  'stopping',
]);

/** Lets guests start only while the host has memory for them, so that nothing has to be killed later. */
export class MemoryGate {
  readonly #parts: MemoryGateParts;
  /** Of two that are started at the same moment the first comes first. */
  readonly #admitted = new WeakSet<MemoryUser>();

  constructor(parts: MemoryGateParts) {
    this.#parts = parts;
  }

  /**
   * Asked by each start, before anything is spawned. Returns what to tell the user when it will be close. Throws
   * `vm.host-memory-short`.
   */
  admit(live: MemoryUser): ErrorReport | undefined {
    this.#admitted.delete(live);
    const judged = this.#judge(live);
    if (!judged) return undefined;
    const { verdict, needBytes, leftBytes, others } = judged;
    if (verdict === 'short') throw hostMemoryShort(live, needBytes, leftBytes, others);
    this.#admitted.add(live);
    if (verdict === 'enough') return undefined;
    const warning = hostMemoryNear(live, others);
    this.#parts.log.warn({ warning, needBytes, leftBytes }, 'memory is nearly used up');
    return warning;
  }

  /** Whether it would be let in now. */
  hasRoom(live: MemoryUser): boolean {
    return this.#judge(live)?.verdict !== 'short';
  }

  #judge(live: MemoryUser) {
    const { host, workspaces } = this.#parts;
    const memory = host.read();
    if (!memory) return undefined;
    const others = workspaces().filter((each) => each !== live && this.#claims(each));
    const needBytes = needOf(live);
    const leftBytes = memoryLeftBytes(
      memory,
      others.map((each) => this.#claimOf(each)),
    );
    return { verdict: memoryVerdict(needBytes, leftBytes, memory), needBytes, leftBytes, others };
  }

  #claims(live: MemoryUser): boolean {
    const { name } = live.session.phase;
    return claiming.has(name) && (name !== 'starting' || this.#admitted.has(live));
  }

  #claimOf(live: MemoryUser): MemoryClaim {
    const { phase, processIds } = live.session;
    const needBytes = needOf(live);
    // Of VirtualBox's machines nobody tells the processes: what they have is missing from what is available already.
    const unseen = phase.name === 'running' && processIds.length === 0;
    return { needBytes, heldBytes: unseen ? needBytes : this.#parts.host.heldBytes(processIds) };
  }
}

function needOf({ workspace }: MemoryUser): number {
  return memoryNeedBytes(workspace.backend, workspace.memoryMiB);
}

function hostMemoryShort(
  live: MemoryUser,
  needBytes: number,
  leftBytes: number,
  others: readonly MemoryUser[],
): XPaneError {
  const left = leftBytes <= 0 ? 'none' : sizeInWords(leftBytes);
  const promised = others.length === 0 ? '' : ' beside what its other guests may take';
  return new XPaneError(
    'vm.host-memory-short',
    `${live.name} needs ${sizeInWords(needBytes)} of memory, and this computer has ${left} left${promised}.`,
    whatHelps(live, others),
  );
}

function hostMemoryNear(live: MemoryUser, others: readonly MemoryUser[]): ErrorReport {
  return {
    code: 'vm.host-memory-near',
    message: `With ${live.name} the memory of this computer is nearly used up; programs may become slow.`,
    hint: whatHelps(live, others),
  };
}

function whatHelps({ id, workspace, session }: MemoryUser, others: readonly MemoryUser[]): string {
  const running = others.filter(({ session }) => session.phase.name === 'running');
  const rest = running.map((other) => {
    const verb = capabilities[other.workspace.backend].suspends ? 'suspend' : 'stop';
    return `${verb} ${other.name} ("xpane ${verb} --workspace ${other.id}")`;
  });
  const less =
    // A suspended guest goes on with what it has.
    capabilities[workspace.backend].memory === 'guest' && !session.hasSnapshot
      ? [`give the workspace less ("xpane workspace set ${id} memoryMiB=…")`]
      : [];
  const ways = [...rest, 'close other programs', ...less];
  const last = ways.pop();
  const text = ways.length === 0 ? `${last}` : `${ways.join(', ')}, or ${last}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
