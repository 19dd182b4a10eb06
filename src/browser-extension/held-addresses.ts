import type { BrowserFilter } from './messages.ts';

/**
 * Which navigations Chromium holds back by itself: dynamic rules, which outlive the browser, so that it holds them from its
 * first moment. `block` needs no right to see any page.
 */

const revisionKey = 'revision';
/** Above every rule of XPane's: these are at most as many as filters. */
const herePriority = 1_000_000;

/** One change after the other. */
let changes: Promise<unknown> = Promise.resolve();

export function holdBack(revision: string, filters: readonly BrowserFilter[]): Promise<void> {
  return inTurn(async () => {
    const { [revisionKey]: known } = await chrome.storage.local.get(revisionKey);
    if (known === revision) return;
    const old = await chrome.declarativeNetRequest.getDynamicRules();
    const addRules = filters.map(({ priority, action, domains, urlFilter, regexFilter }, index) => ({
      id: index + 1,
      priority,
      action: { type: action },
      condition: {
        resourceTypes: ['main_frame'] as const,
        requestMethods: ['get'] as const,
        ...(domains ? { requestDomains: domains } : {}),
        ...(urlFilter === undefined ? {} : { urlFilter }),
        ...(regexFilter === undefined ? {} : { regexFilter }),
      },
    }));
    await chrome.declarativeNetRequest.updateDynamicRules({
      removeRuleIds: old.map(({ id }) => id),
      addRules,
    });
    // What was let go on by the old rules, the new ones may forbid.
    const allowed = await chrome.declarativeNetRequest.getSessionRules();
    await chrome.declarativeNetRequest.updateSessionRules({ removeRuleIds: allowed.map(({ id }) => id) });
    await chrome.storage.local.set({ [revisionKey]: revision });
  });
}

/** Nobody can be asked, so the browser goes where it likes. */
export function holdNothingBack(): Promise<void> {
  return holdBack('none', []);
}

/** From here on this tab may go to this address, or to all of its host: until `forgetTab`. */
export function allowHere(tabId: number, url: string, scope: 'host' | 'address'): Promise<void> {
  return inTurn(async () => {
    const rules = await chrome.declarativeNetRequest.getSessionRules();
    const id = Math.max(0, ...rules.map((rule) => rule.id)) + 1;
    const what = scope === 'host' ? { requestDomains: [hostOf(url)] } : { urlFilter: filterOf(url) };
    await chrome.declarativeNetRequest.updateSessionRules({
      addRules: [
        {
          id,
          priority: herePriority,
          action: { type: 'allow' },
          condition: { resourceTypes: ['main_frame'], tabIds: [tabId], ...what },
        },
      ],
    });
  });
}

/** A single address was only for once: the tab is there, or where that address has sent it. */
export function forgetAddresses(tabId: number, url: string, redirected: boolean): Promise<void> {
  return forget(
    tabId,
    ({ urlFilter }) => urlFilter !== undefined && (redirected || urlFilter === filterOf(url)),
  );
}

export function forgetTab(tabId: number): Promise<void> {
  return forget(tabId, () => true);
}

function forget(tabId: number, isOver: (condition: ChromeRule['condition']) => boolean): Promise<void> {
  return inTurn(async () => {
    const rules = await chrome.declarativeNetRequest.getSessionRules();
    const gone = rules.filter(({ condition }) => condition.tabIds?.includes(tabId) && isOver(condition));
    if (gone.length === 0) return;
    await chrome.declarativeNetRequest.updateSessionRules({ removeRuleIds: gone.map(({ id }) => id) });
  });
}

function filterOf(url: string): string {
  return `|${url}|`;
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}

function inTurn(change: () => Promise<void>): Promise<void> {
  const done = changes.then(change);
  changes = done.catch((error: unknown) =>
    console.warn('The rules of this browser could not be changed:', error),
  );
  return done;
}
