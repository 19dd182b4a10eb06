import { unlessAborted } from '../../shared/deadline.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { tooMany } from '../copied-files/copied-errors.ts';
import { mostListBytes } from '../copied-files/copied-list.ts';
import type { CopiedFiles } from '../copied-files/ports.ts';
import { type DirectionRule, permitted } from './clipboard-rules.ts';
import { contentForHost } from './convert.ts';
import { type GuestFormat, guestFormatOf, type HostType, hostTypesOf } from './formats.ts';
import type { GuestOffer, GuestPort, HostSource } from './ports.ts';

/** However slowly a guest sends, nobody waits longer. */
const readMs = 30_000;
/** Files that come too late for who pasted are there for who pastes again. */
const filesMs = 5 * 60_000;

export interface GuestSourceParts {
  readonly guest: GuestPort;
  readonly offer: GuestOffer;
  /** As it is now. */
  readonly rule: () => DirectionRule;
  /** Who fetches files; none: they are not offered. */
  readonly files?: CopiedFiles | undefined;
  /** Nothing is left of it: the desktop's clipboard is given up. */
  readonly onNothingLeft: (source: GuestSource) => void;
  readonly log: Log;
}

/**
 * What was copied in a guest, on the desktop's clipboard: asked for when somebody pastes, and remembered, so that what
 * was pasted once can be pasted again when its guest is gone.
 */
export class GuestSource implements HostSource {
  readonly #parts: GuestSourceParts;
  readonly #asked = new Map<GuestFormat, Promise<Uint8Array>>();
  /** What was made of it for this desktop's programs. */
  readonly #made = new Map<HostType, Promise<Uint8Array | undefined>>();
  readonly #here = new Set<GuestFormat>();
  readonly #ended = new AbortController();
  #gone = false;
  #lost = false;

  constructor(parts: GuestSourceParts) {
    this.#parts = parts;
  }

  get types(): readonly HostType[] {
    return hostTypesOf(this.#formats);
  }

  async give(type: HostType, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const format = guestFormatOf(type);
    if (!this.#formats.includes(format)) return undefined;
    try {
      return await unlessAborted(this.#contentAs(type, format), signal);
    } catch (error) {
      if (!signal.aborted) this.#parts.log.info({ error: reportOf(error) }, 'nothing was pasted');
      return undefined;
    }
  }

  lost(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#ended.abort();
    this.#parts.files?.hostMovedOn();
    this.#asked.clear();
    this.#made.clear();
    this.#here.clear();
  }

  /** While the guest is still there: fetches what may be pasted later, but for files. Never rejects. */
  async keep(signal: AbortSignal): Promise<void> {
    if (this.#lost || this.#gone) return;
    const brief = this.#formats.filter((format) => format !== 'files');
    const all = brief.map((format) => unlessAborted(this.#content(format), signal));
    await Promise.allSettled(all);
  }

  /** The guest can be asked no more: what is here stays. Said again where it may have become the clipboard since. */
  guestGone(): void {
    if (this.#lost) return;
    this.#gone = true;
    if (this.#here.size === 0) this.#parts.onNothingLeft(this);
  }

  get #formats(): readonly GuestFormat[] {
    const { offer, rule } = this.#parts;
    const files = this.#parts.files !== undefined;
    const allowed = permitted(offer.formats, rule()).filter((format) => files || format !== 'files');
    return this.#gone ? allowed.filter((format) => this.#here.has(format)) : allowed;
  }

  /** Made once: programs that watch the clipboard ask again and again. */
  #contentAs(type: HostType, format: GuestFormat): Promise<Uint8Array | undefined> {
    const known = this.#made.get(type);
    if (known) return known;
    const made =
      type === 'text/uri-list'
        ? this.#filesHere()
        : this.#content(format).then((untrusted) => contentForHost(type, untrusted));
    this.#made.set(type, made);
    made.catch(() => this.#made.delete(type));
    return made;
  }

  async #filesHere(): Promise<Uint8Array | undefined> {
    const { files } = this.#parts;
    if (!files) return undefined;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(filesMs)]);
    const maxBytes = this.#parts.rule().maxFilesBytes;
    try {
      const list = await files.fromGuest(await this.#listOfFiles(), { maxBytes, signal });
      // The guest is not needed any more.
      this.#here.add('files');
      return list;
    } catch (error) {
      if (!this.#lost) files.failed(error);
      throw error;
    }
  }

  /** Of files only names come: too large are too many. */
  async #listOfFiles(): Promise<Uint8Array> {
    return await this.#content('files').catch((error: unknown) => {
      throw reportOf(error).code === 'bridge.clipboard-too-large' ? tooMany() : error;
    });
  }

  /** Whoever asks waits for the same answer; one that failed is asked for again. */
  #content(format: GuestFormat): Promise<Uint8Array> {
    const asked = this.#asked.get(format);
    if (asked) return asked;
    const { guest, offer, rule } = this.#parts;
    const maxBytes = format === 'files' ? mostListBytes : rule().maxBytes;
    const options = { maxBytes, signal: AbortSignal.timeout(readMs) };
    const content = guest.read(offer, format, options);
    this.#asked.set(format, content);
    content.then(
      () => format !== 'files' && this.#here.add(format),
      () => this.#asked.delete(format),
    );
    return content;
  }
}
