import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appliance } from '../src/appliance/appliance.ts';
import type { Measured } from './figure.ts';
import { CellTyping } from './key-to-pixel.ts';
import { startDirectPeer } from './peers/direct-peer.ts';
import type { Peer, PeerKey } from './peers/peer.ts';
import { startVncPeer } from './peers/vnc-peer.ts';
import { startQemuPeer, startXPanePeer } from './peers/xpane-peer.ts';
import { startXpraPeer } from './peers/xpra-peer.ts';
import { MachineNoise } from './report/machine-noise.ts';
import type { Series } from './report/plot.ts';

export interface RigOptions {
  readonly appliance: Appliance;
  readonly program: string;
  /** Who takes part, in this order. */
  readonly peers: readonly PeerKey[];
  readonly rounds: number;
  /** Where pictures of failed turns go. */
  readonly output: string;
  readonly signal: AbortSignal;
  /** Progress, and rounds that do not count. */
  readonly tell: (line: string) => void;
}

interface Running {
  readonly peer: Peer;
  readonly typing: CellTyping;
}

/** The peers of one run, each started when it is first needed. Owner of them: call `stop`. */
export class Rig {
  readonly options: RigOptions;
  /** What did not count, and why; part of the results. */
  readonly notes: string[] = [];
  /** What the plot shows. */
  readonly series: Series[] = [];
  readonly noise = new MachineNoise();
  readonly #running = new Map<PeerKey, Running>();

  constructor(options: RigOptions) {
    this.options = options;
  }

  /**
   * Lets every peer have its turn in every round, so that a change of the machine's mood meets all. A turn that
   * throws does not count; its peer is started anew for the next.
   */
  async turns<T>(
    what: string,
    turn: (peer: Peer, typing: CellTyping) => Promise<T>,
    limits: { readonly peers?: readonly PeerKey[]; readonly rounds?: number } = {},
  ): Promise<Turns<T>> {
    const result = new Turns<T>();
    const keys = limits.peers
      ? limits.peers.filter((key) => key === 'qemu' || this.options.peers.includes(key))
      : this.options.peers;
    const rounds = Math.min(limits.rounds ?? this.options.rounds, this.options.rounds);
    for (let round = 1; round <= rounds; round++) {
      this.noise.sample();
      this.options.tell(`${what}: round ${round} of ${rounds}`);
      for (const key of keys) {
        this.options.signal.throwIfAborted();
        try {
          const { peer, typing } = await this.#ready(key);
          result.add(peer, await turn(peer, typing));
        } catch (error) {
          this.options.signal.throwIfAborted();
          const traces = await this.#keepTraces(key);
          const reason = error instanceof Error ? error.message : String(error);
          this.note(`${what}, round ${round}, ${key}: ${reason}${traces}`);
          await this.end(key);
        }
      }
    }
    return result;
  }

  /** Gives a chart of what was measured to the results. */
  draw<T>(chart: string, unit: string, turns: Turns<T>, pick: (turn: T) => number | readonly number[]): void {
    for (const key of turns.keys) {
      const measured = turns.of(key, pick);
      if (measured) this.series.push({ chart, unit, ...measured });
    }
  }

  async stop(): Promise<void> {
    for (const key of [...this.#running.keys()]) await this.end(key);
  }

  async #ready(key: PeerKey): Promise<Running> {
    const running = this.#running.get(key);
    if (running) return running;
    this.options.tell(`starting ${key}`);
    const peer = await this.#start(key);
    const started = { peer, typing: new CellTyping(peer) };
    this.#running.set(key, started);
    await started.typing.warmUp();
    return started;
  }

  #start(key: PeerKey): Promise<Peer> {
    const { appliance, program } = this.options;
    switch (key) {
      case 'floor':
        return startDirectPeer(appliance, program);
      case 'xpane':
        return startXPanePeer(program);
      case 'qemu':
        return startQemuPeer(appliance, program);
      case 'xpra_tcp':
        return startXpraPeer(appliance, program, false);
      case 'xpra_mmap':
        return startXpraPeer(appliance, program, true);
      case 'vnc':
        return startVncPeer(appliance, program);
    }
  }

  /** Ends a peer that is not needed any more, if it runs. */
  async end(key: PeerKey): Promise<void> {
    const running = this.#running.get(key);
    this.#running.delete(key);
    await running?.peer.stop().catch((error: unknown) => this.note(`ending ${key}: ${error}`));
  }

  /** Keeps what the display of a failed turn shows and what its service logged, for whoever looks into it. */
  async #keepTraces(key: PeerKey): Promise<string> {
    const peer = this.#running.get(key)?.peer;
    if (!peer) return '';
    const name = `failed-${this.notes.length + 1}`;
    try {
      await peer.desktop.savePng(join(this.options.output, `${name}.png`));
      if (peer.log) await writeFile(join(this.options.output, `${name}.log`), await peer.log());
      return ` (bench/out/${name}.png)`;
    } catch (error) {
      return ` (no traces: ${error})`;
    }
  }

  /** Something that did not count. */
  note(line: string): void {
    this.notes.push(line);
    this.options.tell(`does not count: ${line}`);
  }
}

/** The results of interleaved turns, by peer. */
export class Turns<T> {
  readonly #results = new Map<PeerKey, { readonly title: string; readonly turns: T[] }>();

  add({ key, title }: Peer, turn: T): void {
    const known = this.#results.get(key);
    if (known) known.turns.push(turn);
    else this.#results.set(key, { title, turns: [turn] });
  }

  /** All samples of a peer, or undefined where it has none that count. */
  of(key: PeerKey, pick: (turn: T) => number | readonly number[]): Measured | undefined {
    const found = this.#results.get(key);
    return found && { name: found.title, samples: found.turns.flatMap(pick) };
  }

  get keys(): PeerKey[] {
    return [...this.#results.keys()];
  }
}
