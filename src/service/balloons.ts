import type { GuestBalloon } from '../guest-bridge/guest-model.ts';
import type { Balloon } from '../launcher/api/state.ts';
import { ChangeSignal } from './change-signal.ts';

/** A guest may talk all the time: the user hears of it this often, and of no more than so many in a row. */
const intervalMs = 2_000;
const maxWaiting = 5;
/** A balloon is told by being in the state; this many are, the newest last. */
const maxTold = 5;

/** What the applications of one guest say beside their tray icons, on its way to the user. */
export class Balloons {
  readonly changes = new ChangeSignal();
  readonly #titleOf: (balloon: GuestBalloon) => string;
  readonly #waiting: GuestBalloon[] = [];
  #told: { readonly balloon: Balloon; readonly trayId: number }[] = [];
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `titleOf` gives the title with the mark that it is the guest's. */
  constructor(titleOf: (balloon: GuestBalloon) => string) {
    this.#titleOf = titleOf;
  }

  /** Those that are told, the newest last. */
  get told(): readonly Balloon[] {
    return this.#told.map(({ balloon }) => balloon);
  }

  /** What comes while too many wait is dropped. */
  add(balloon: GuestBalloon): void {
    if (this.#waiting.length >= maxWaiting) return;
    this.#waiting.push(balloon);
    if (!this.#timer) this.#tellNext();
  }

  /** The icon whose balloon this is; none for one that is forgotten. */
  trayIdOf(balloonId: number): number | undefined {
    return this.#told.find(({ balloon }) => balloon.id === balloonId)?.trayId;
  }

  /** The guest is gone. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
    this.#told = [];
  }

  #tellNext(): void {
    this.#timer = undefined;
    const next = this.#waiting.shift();
    if (!next) return;
    const { trayId, text, kind } = next;
    const balloon = { id: ++this.#lastId, title: this.#titleOf(next), text, kind };
    this.#told = [...this.#told, { balloon, trayId }].slice(-maxTold);
    this.#timer = setTimeout(() => this.#tellNext(), intervalMs);
    this.changes.emit();
  }
}
