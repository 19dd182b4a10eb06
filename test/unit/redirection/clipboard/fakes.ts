import type { GuestFormat, HostType } from '../../../../src/redirection/clipboard/formats.ts';
import type { GuestPort, HostPort, HostSource } from '../../../../src/redirection/clipboard/ports.ts';
import type { CopiedFiles } from '../../../../src/redirection/copied-files/ports.ts';
import { XPaneError } from '../../../../src/shared/errors.ts';

type Give = Parameters<GuestPort['offer']>[1];

/** The desktop's clipboard, on which a program has a text. */
export class FakeHost implements HostPort {
  source: HostSource | undefined;
  serial = 1;
  content: Partial<Record<HostType, string>> = { 'text/plain': 'host' };
  reads = 0;
  /** Happens while content is read. */
  onRead: () => void = () => undefined;
  /** Happens while the clipboard is taken. */
  onTake: () => void = () => undefined;
  refuses = false;
  readonly taken: HostSource[] = [];
  readonly #listeners = new Set<() => void>();
  onChanged(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async types() {
    return this.source ? this.source.types : (Object.keys(this.content) as HostType[]);
  }
  async read(type: HostType) {
    this.reads++;
    this.onRead();
    if (this.source) return await this.source.give(type, new AbortController().signal);
    return this.content[type] === undefined ? undefined : Buffer.from(this.content[type]);
  }
  async take(source: HostSource) {
    this.onTake();
    if (this.refuses) return false;
    this.source?.lost();
    this.source = source;
    this.taken.push(source);
    this.changed();
    return true;
  }
  release(source: HostSource) {
    if (this.source !== source) return;
    this.source = undefined;
    this.content = {};
    this.changed();
  }
  copy(content: FakeHost['content']) {
    this.source?.lost();
    this.source = undefined;
    this.content = content;
    this.changed();
  }
  changed() {
    this.serial++;
    for (const listener of [...this.#listeners]) listener();
  }
}

export class FakeGuest implements GuestPort {
  works = true;
  takesFiles = true;
  readonly offers: (readonly GuestFormat[])[] = [];
  give: Give | undefined;
  content: Partial<Record<GuestFormat, string>> = { text: 'guest' };
  reads = 0;
  gone = false;
  offer(formats: readonly GuestFormat[], give: Give) {
    this.offers.push(formats);
    this.give = give;
    return true;
  }
  async read(_offer: unknown, format: GuestFormat) {
    this.reads++;
    if (this.gone) throw new XPaneError('bridge.lost', 'gone', 'none');
    return Buffer.from(this.content[format] ?? '');
  }
}

/** Files cross as their names. */
export class FakeFiles implements CopiedFiles {
  readonly done: string[] = [];
  /** Happens while files are on their way. */
  during: () => void = () => undefined;
  async intoGuest(uriList: Uint8Array, { maxBytes }: { readonly maxBytes: number }) {
    this.done.push(`into ${uriList} ${maxBytes}`);
    this.during();
    return Buffer.from('names in the guest');
  }
  async fromGuest(untrustedList: Uint8Array, { maxBytes }: { readonly maxBytes: number }) {
    this.done.push(`from ${untrustedList} ${maxBytes}`);
    this.during();
    return Buffer.from('file:///here');
  }
  guestMovedOn() {
    this.done.push('guest moved on');
  }
  hostMovedOn() {
    this.done.push('host moved on');
  }
  failed(error: unknown) {
    this.done.push(`failed ${error instanceof XPaneError ? error.code : ''}`);
  }
}
