import { allowHere } from './held-addresses.ts';
import { GoneError, type HostPort } from './host-port.ts';
import { type Answer, type Failure, longestAsked, type Test } from './messages.ts';
import { newVisitId, pageOf, saveVisit, shownIn, type Visit, visitOf } from './visits.ts';

/** The tab shows nothing of it that is over by then. */
const shownAfterMs = 250;

/** What becomes of navigations that Chromium has held back: XPane's service says it. */
export class HeldNavigations {
  readonly #host: HostPort;
  /** What was let go on, by tab: who holds it back now is not XPane. */
  readonly #passing = new Map<number, string>();
  /** Tabs that show our page once more, which then leads to what was before it. */
  readonly #goingBack = new Set<number>();

  constructor(host: HostPort) {
    this.#host = host;
  }

  /** Chromium held back what `tabId` was to go to. */
  async held(tabId: number, url: string): Promise<void> {
    if (this.#passing.get(tabId) === url) {
      this.#passing.delete(tabId);
      return;
    }
    const shown = await shownIn(tabId);
    const visit = shown === undefined ? undefined : await visitOf(shown);
    if (shown !== undefined && visit?.url === url && (await this.#wentBack(tabId))) return;
    await this.#ask(tabId, url, newVisitId());
  }

  /** The user wants it in the guest, whatever was before. */
  async again(tabId: number, url: string, id: string): Promise<void> {
    const visit = await visitOf(id);
    await this.#ask(tabId, visit?.url ?? url, id, { clicked: true });
  }

  /** The user wants it in this tab, if the rules let him. */
  async here(tabId: number, id: string): Promise<void> {
    const visit = await visitOf(id);
    const scope = visit?.test?.here ?? 'no';
    if (visit && scope !== 'no') await this.#goOn(tabId, visit.url, scope);
  }

  /** Our page is shown. Says whether the user was on his way back over it, to what was before its address. */
  isPassedOver(tabId: number): boolean {
    return this.#goingBack.delete(tabId);
  }

  /** The tab has gone somewhere. */
  arrived(tabId: number): void {
    this.#passing.delete(tabId);
    this.#goingBack.delete(tabId);
  }

  async #ask(tabId: number, url: string, id: string, { clicked = false } = {}): Promise<void> {
    const plain = asTested(url);
    if (plain.length > longestAsked) {
      await this.#show(tabId, id, { url, state: 'failed', failure: tooLong(url) });
      return;
    }
    const tested = this.#host.ask({ ask: 'test', url: plain });
    let shown: Promise<void> | undefined;
    const late = setTimeout(() => {
      shown = this.#show(tabId, id, { url, state: 'asking' });
      // Whoever awaits the answer gets it.
      shown.catch(() => undefined);
    }, shownAfterMs);
    try {
      // What the answer asks for comes after the page that waited for it, never before.
      const answer = await tested.finally(async () => {
        clearTimeout(late);
        await shown;
      });
      if (answer.kind === 'failed') throw new FailedError(answer.failure);
      if (answer.kind !== 'tested') return;
      const { test } = answer;
      if (test.to === 'host') await this.#goOn(tabId, url, 'address');
      else if (test.to === 'deny') await this.#show(tabId, id, { url, state: 'denied', test });
      else await this.#open(tabId, url, id, test, clicked);
    } catch (error) {
      await this.#unanswered(tabId, url, id, error);
    }
  }

  async #open(tabId: number, url: string, id: string, test: Test, clicked: boolean): Promise<void> {
    const plain = withoutCredentials(url);
    if (plain.length > longestAsked) {
      await this.#show(tabId, id, { url, state: 'failed', test, failure: tooLong(url) });
      return;
    }
    const opened = this.#host.ask({ ask: 'open', url: plain, clicked });
    await this.#show(tabId, id, { url, state: 'opening', test });
    const answer: Answer = await opened;
    if (answer.kind === 'failed') {
      await saveVisit(id, { url, state: 'failed', test, failure: answer.failure });
    } else if (answer.kind === 'opened' && answer.to === 'host') {
      await this.#goOn(tabId, url, 'address');
    } else {
      await saveVisit(id, { url, state: 'opened', test });
    }
  }

  async #unanswered(tabId: number, url: string, id: string, error: unknown): Promise<void> {
    if (error instanceof FailedError) {
      await this.#show(tabId, id, { url, state: 'failed', failure: error.failure });
    } else if (error instanceof GoneError) {
      await this.#goOn(tabId, url, 'address');
    } else {
      throw error;
    }
  }

  async #show(tabId: number, id: string, visit: Visit): Promise<void> {
    await saveVisit(id, visit);
    if ((await shownIn(tabId)) === id) return;
    await chrome.tabs.update(tabId, { url: pageOf(id, visit.url) });
  }

  async #goOn(tabId: number, url: string, scope: 'host' | 'address'): Promise<void> {
    await allowHere(tabId, url, scope);
    this.#passing.set(tabId, url);
    await chrome.tabs.update(tabId, { url });
  }

  /**
   * From our page to its own address: back, where the user wants what was before both, or typed anew. Chromium tells neither
   * of a navigation that was held back; but only after the way back is there a page to go forward to, ours.
   */
  async #wentBack(tabId: number): Promise<boolean> {
    this.#goingBack.add(tabId);
    try {
      await chrome.tabs.goForward(tabId);
      return true;
    } catch {
      this.#goingBack.delete(tabId);
      return false;
    }
  }
}

class FailedError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** No rule looks at what follows the path. */
function asTested(url: string): string {
  const plain = withoutCredentials(url);
  return plain.length > longestAsked ? plain.replace(/[?#].*$/s, '') : plain;
}

function tooLong({ length }: string): Failure {
  return {
    code: 'url.too-long',
    message: `This address is too long to be opened: it has ${length} characters.`,
    hint: 'Open the site’s first page, and go on from there.',
  };
}

/** XPane hands on none; the site asks for them in the guest. */
function withoutCredentials(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  return address.href;
}
