import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { mostListBytes } from '../copied-files/copied-list.ts';
import type { CopiedFiles } from '../copied-files/ports.ts';
import { type ClipboardRules, type DirectionRule, permitted } from './clipboard-rules.ts';
import { contentForGuest } from './convert.ts';
import { bestTypeFor, type GuestFormat, guestFormatsOf } from './formats.ts';
import { GuestSource } from './guest-source.ts';
import type { GuestOffer, GuestPort, HostPort, Refusal } from './ports.ts';

/** Who copies and turns to another window at once has still copied: the guest tells of it a moment later. */
const afterglowMs = 2_000;
/** However often a guest copies, the desktop's programs hear of it no more often. */
const takeEachMs = 100;
/** The same where it copies on although the user has long been elsewhere: nobody waits for that. */
const takeUnseenEachMs = 3_000;
/** How long the end of a guest may be held up for what was copied there. */
const keepMs = 1_000;

export interface ClipboardRelayParts {
  readonly guest: GuestPort;
  readonly host: HostPort;
  /** As they are now. May throw: then nothing crosses. */
  readonly rules: () => ClipboardRules;
  /** Who brings files across; none: none cross. */
  readonly files?: CopiedFiles | undefined;
  readonly log: Log;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

const nothing: DirectionRule = { kinds: 'none', maxBytes: 0, maxFilesBytes: 0 };

/**
 * Joins a guest's clipboard with the desktop's. Each is told by names what the other has, and asked when somebody
 * pastes. The guest is told, and gets content, only while the user works in one of its windows: one that watches its
 * clipboard learns nothing of what the user copies elsewhere. And only then what is copied there comes to the desktop.
 */
export class ClipboardRelay {
  readonly #parts: ClipboardRelayParts;
  readonly #now: () => number;
  readonly #stopListening: () => void;
  #focused = false;
  #leftAt = Number.NEGATIVE_INFINITY;
  /** What of the desktop's the guest knows, by the serial. */
  #told: number | undefined;
  #telling = false;
  /** The desktop's clipboard as long as it is this guest's. */
  #source: GuestSource | undefined;
  /** An offer of the guest that waits for its time; `since`: when it came. */
  #pending: { readonly offer: GuestOffer; readonly since: number } | undefined;
  /** Each time the guest is lost. */
  #losses = 0;
  #takenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: ClipboardRelayParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#stopListening = parts.host.onChanged(() => this.#tellGuest());
  }

  /** One of the guest's windows has the focus, or none any more. */
  focus(focused: boolean): void {
    if (this.#focused && !focused) this.#leftAt = this.#now();
    this.#focused = focused;
    if (!focused) return;
    if (this.#pending) this.#takeInTime();
    this.#tellGuest();
  }

  /** The guest can be spoken to, perhaps again: it knows of nothing. */
  guestReady(): void {
    this.#told = undefined;
    this.#tellGuest();
  }

  guestLost(): void {
    this.#told = undefined;
    this.#pending = undefined;
    this.#losses++;
    this.#source?.guestGone();
  }

  /** Something else is on the guest's clipboard. */
  guestOffered(offer: GuestOffer): void {
    this.#parts.files?.guestMovedOn();
    const now = this.#now();
    if (!this.#mayTake(now)) return;
    this.#pending = { offer, since: now };
    if (!this.#timer) this.#takeInTime();
  }

  /** The guest is about to go: fetches what was copied there, if that is on the desktop's clipboard. Never rejects. */
  async keep(): Promise<void> {
    await this.#source?.keep(AbortSignal.timeout(keepMs));
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#focused = false;
    this.guestLost();
  }

  /** Whoever owns the clipboard may say anything on it already: then it needs no focus. */
  #mayTake(at: number): boolean {
    const owns = this.#source !== undefined && this.#parts.host.source === this.#source;
    return this.#isAtWork(at) || owns;
  }

  #isAtWork(at: number): boolean {
    return this.#focused || at - this.#leftAt <= afterglowMs;
  }

  #takeInTime(): void {
    const now = this.#now();
    const eachMs = this.#isAtWork(now) ? takeEachMs : takeUnseenEachMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#takePending().catch((error: unknown) =>
          this.#parts.log.warn({ error: reportOf(error) }, 'what the guest copied cannot be pasted'),
        );
      },
      Math.max(0, this.#takenAt + eachMs - now),
    );
  }

  async #takePending(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    // Who owned the clipboard when it spoke may have lost it to the user's next copy.
    if (!pending || this.#closed || !this.#mayTake(pending.since)) return;
    const { guest, host, log } = this.#parts;
    const { offer } = pending;
    this.#takenAt = this.#now();
    const before = this.#source;
    if (this.#permitted(offer.formats, 'fromGuest').length === 0) {
      this.#source = undefined;
      if (before) host.release(before);
      before?.lost();
      return;
    }
    const source = new GuestSource({
      ...{ guest, offer, log },
      rule: () => this.#rule('fromGuest'),
      files: this.#parts.files,
      onNothingLeft: (empty) => host.release(empty),
    });
    // Before anybody is told: what is the guest's own is not offered back to it.
    this.#source = source;
    const losses = this.#losses;
    const isTaken = await host.take(source);
    // Neither could be given up as long as it was not known whose the clipboard would be.
    if (this.#losses !== losses) (isTaken ? source : before)?.guestGone();
    if (isTaken) return;
    if (this.#source === source) this.#source = before;
    log.info({}, 'what the guest copied is older than what was copied elsewhere');
  }

  #tellGuest(): void {
    if (this.#telling) return;
    this.#telling = true;
    this.#tell()
      .catch((error: unknown) =>
        this.#parts.log.warn({ error: reportOf(error) }, 'the guest does not know what was copied'),
      )
      .finally(() => {
        this.#telling = false;
        // Something came meanwhile.
        if (this.#owesWord()) this.#tellGuest();
      });
  }

  #owesWord(): boolean {
    const { guest, host } = this.#parts;
    return this.#focused && guest.works && this.#told !== host.serial && !this.#closed;
  }

  async #tell(): Promise<void> {
    if (!this.#owesWord()) return;
    const { guest, host } = this.#parts;
    const { serial } = host;
    if (this.#source && host.source === this.#source) {
      this.#told = serial;
      return;
    }
    const types = await host.types();
    // Whoever lost the focus meanwhile is not told; what changed is told next.
    if (!this.#owesWord() || host.serial !== serial) return;
    this.#told = serial;
    const formats = this.#permitted(guestFormatsOf(types), 'toGuest');
    const told = guest.offer(formats, (format, signal, onProgress) =>
      format === 'files' ? this.#giveFiles(serial, signal, onProgress) : this.#give(format, serial, signal),
    );
    if (told) this.#parts.files?.guestMovedOn();
  }

  /** A program of the guest pastes. */
  async #give(format: GuestFormat, serial: number, signal: AbortSignal): Promise<Uint8Array | Refusal> {
    const { host } = this.#parts;
    const { maxBytes } = this.#rule('toGuest');
    const atFirst = this.#refusal(format, serial);
    if (atFirst) return atFirst;
    const type = bestTypeFor(format, await host.types());
    if (!type || type === 'text/uri-list') return 'failed';
    const content = await host.read(type, { maxBytes, signal });
    // Whoever owns the clipboard may have let this wait for long, or it is another's content by now.
    const meanwhile = this.#refusal(format, serial);
    if (meanwhile) return meanwhile;
    const converted = content && (await contentForGuest(type, content));
    const inTheEnd = this.#refusal(format, serial);
    if (inTheEnd || !converted) return inTheEnd ?? 'failed';
    return converted.length <= maxBytes ? converted : 'too-large';
  }

  /** As `#give`; once they are on their way, files go on while the user turns elsewhere. */
  async #giveFiles(
    serial: number,
    signal: AbortSignal,
    onProgress: () => void,
  ): Promise<Uint8Array | Refusal> {
    const refused = this.#refusal('files', serial);
    if (refused) return refused;
    const { maxFilesBytes: maxBytes } = this.#rule('toGuest');
    const list = await this.#parts.host.read('text/uri-list', { maxBytes: mostListBytes, signal });
    const meanwhile = this.#refusal('files', serial);
    const { files } = this.#parts;
    if (meanwhile || !list || !files) return meanwhile ?? 'failed';
    try {
      return await files.intoGuest(list, { maxBytes, signal, onProgress });
    } catch (error) {
      if (!signal.aborted) files.failed(error);
      return reportOf(error).code === 'copied.too-large' ? 'too-large' : 'failed';
    }
  }

  /** Why the guest may not have it now; undefined: it may. */
  #refusal(format: GuestFormat, serial: number): Refusal | undefined {
    if (!this.#focused || this.#permitted([format], 'toGuest').length === 0) return 'refused';
    return this.#parts.host.serial === serial ? undefined : 'gone';
  }

  #permitted(formats: readonly GuestFormat[], direction: keyof ClipboardRules): GuestFormat[] {
    const files = this.#parts.guest.takesFiles && this.#parts.files !== undefined;
    return permitted(formats, this.#rule(direction)).filter((format) => files || format !== 'files');
  }

  #rule(direction: keyof ClipboardRules): DirectionRule {
    try {
      return this.#parts.rules()[direction];
    } catch (error) {
      this.#parts.log.warn({ error: reportOf(error) }, 'no rules for the clipboard: nothing crosses');
      return nothing;
    }
  }
}
