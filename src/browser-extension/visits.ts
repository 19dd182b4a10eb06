import { type Failure, longestAsked, type Test } from './messages.ts';

/** What became of a navigation that was held back: written by the worker, shown by the page. */
export interface Visit {
  readonly url: string;
  readonly state: 'asking' | 'opening' | 'opened' | 'denied' | 'failed';
  readonly test?: Test;
  readonly failure?: Failure;
}

/** For as long as the browser runs, and in memory only. */
const storage = () => chrome.storage.session;
const prefix = 'visit:';
const shownPrefix = 'shown:';
/** More than anybody has open; the oldest go. */
const mostVisits = 200;

export function newVisitId(): string {
  // In the order in which they were made.
  return `${String(Math.round(performance.timeOrigin + performance.now())).padStart(15, '0')}-${crypto.randomUUID()}`;
}

export async function saveVisit(id: string, visit: Visit): Promise<void> {
  await storage().set({ [prefix + id]: visit });
  const keys = Object.keys(await storage().get(null)).filter((key) => key.startsWith(prefix));
  if (keys.length > mostVisits) await storage().remove(keys.sort().slice(0, keys.length - mostVisits));
}

export async function visitOf(id: string): Promise<Visit | undefined> {
  const { [prefix + id]: visit } = await storage().get(prefix + id);
  return visit as Visit | undefined;
}

export function onVisitChange(id: string, listener: (visit: Visit) => void): void {
  chrome.storage.onChanged.addListener((changes, area) => {
    const changed = changes[prefix + id]?.newValue;
    if (area === 'session' && changed) listener(changed as Visit);
  });
}

/** The address is for when the browser has forgotten the visit: a tab that was restored. */
export function pageOf(id: string, url: string): string {
  // One that is too long stays so, and the page's own is not too long for the browser.
  const kept = url.slice(0, longestAsked + 1);
  return `${chrome.runtime.getURL('page.html')}#${id},${encodeURIComponent(kept)}`;
}

/** The visit that an address of our page is about. */
export function visitIn(address: string): { readonly id: string; readonly url: string } | undefined {
  const page = chrome.runtime.getURL('page.html');
  const parts = /^#([\w-]{1,64}),(.*)$/.exec(address.startsWith(page) ? address.slice(page.length) : '');
  if (!parts) return undefined;
  try {
    const url = decodeURIComponent(parts[2] ?? '');
    return /^https?:/.test(url) ? { id: parts[1] ?? '', url } : undefined;
  } catch {
    return undefined;
  }
}

/** Which visit a tab shows now; undefined: another page. */
export async function setShown(tabId: number, id: string | undefined): Promise<void> {
  if (id === undefined) await storage().remove(shownPrefix + tabId);
  else await storage().set({ [shownPrefix + tabId]: id });
}

export async function shownIn(tabId: number): Promise<string | undefined> {
  const { [shownPrefix + tabId]: id } = await storage().get(shownPrefix + tabId);
  return typeof id === 'string' ? id : undefined;
}
