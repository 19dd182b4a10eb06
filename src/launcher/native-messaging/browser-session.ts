import { reportOf, XPaneError } from '../../shared/errors.ts';
import { lost, type ServiceClient } from '../client.ts';
import { type FromBrowser, fromBrowser, type ToBrowser } from './browser-messages.ts';
import { badMessage } from './message-frames.ts';

/** More tabs than anybody opens at once, and fewer than the service takes at once (`sessionLimits`): its rules are asked for, too. */
const mostAsked = 24;
/** In bytes of JSON: what the service takes in one request, with room for the rest of it. */
const longestAsked = 48 * 1024;

export interface BrowserSessionOptions {
  readonly send: (message: ToBrowser) => void;
  /** The service, if there is one; waits for the first attempt to reach it. */
  readonly service: () => Promise<ServiceClient | undefined>;
  /** Where windows are to appear. */
  readonly where: { readonly display?: string; readonly authority?: string };
  readonly signal: AbortSignal;
}

/** Answers the extension's questions by the service. */
export class BrowserSession {
  readonly #options: BrowserSessionOptions;
  #asked = 0;

  constructor(options: BrowserSessionOptions) {
    this.#options = options;
  }

  /** Throws `browser.bad-message`; what goes wrong else is the answer. */
  receive(untrusted: unknown): void {
    const message = fromBrowser.safeParse(untrusted);
    if (!message.success) throw badMessage(message.error);
    void this.#answer(message.data);
  }

  async #answer(asked: FromBrowser): Promise<void> {
    const { send, signal } = this.#options;
    this.#asked += 1;
    try {
      if (this.#asked > mostAsked) throw tooMany();
      const client = await this.#options.service();
      if (!client) throw lost();
      send(asked.ask === 'test' ? await this.#test(asked, client) : await this.#open(asked, client));
    } catch (error) {
      if (!signal.aborted) send({ kind: 'failed', id: asked.id, failure: reportOf(error) });
    } finally {
      this.#asked -= 1;
    }
  }

  async #test({ id, url }: FromBrowser, client: ServiceClient): Promise<ToBrowser> {
    // No rule looks at what follows the path.
    const asked = fits(url) ? url : url.replace(/[?#].*$/s, '');
    if (!fits(asked)) throw tooLong(url);
    const { signal } = this.#options;
    const test = await client.call('testNavigation', { url: asked }, { signal });
    return { kind: 'tested', id, test };
  }

  async #open({ id, url, clicked }: FromBrowser, client: ServiceClient): Promise<ToBrowser> {
    if (!fits(url)) throw tooLong(url);
    const { where, signal } = this.#options;
    const { to } = await client.call('openUrl', { url, ...where, unasked: clicked !== true }, { signal });
    return { kind: 'opened', id, to };
  }
}

function fits(url: string): boolean {
  return Buffer.byteLength(JSON.stringify(url)) <= longestAsked;
}

function tooLong({ length }: string): XPaneError {
  return new XPaneError(
    'url.too-long',
    `This address is too long to be opened: it has ${length} characters.`,
    'Open the site’s first page, and go on from there.',
  );
}

function tooMany(): XPaneError {
  return new XPaneError(
    'browser.too-many',
    'The browser asked for more links at once than XPane opens.',
    'Wait until some of them are open, then try again.',
  );
}
