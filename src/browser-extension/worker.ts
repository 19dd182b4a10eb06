import { forgetAddresses, forgetTab, holdBack, holdNothingBack } from './held-addresses.ts';
import { HeldNavigations } from './held-navigation.ts';
import { HostPort } from './host-port.ts';
import { setShown, visitIn } from './visits.ts';

/** The extension's worker: joins Chromium's events with XPane. Listeners are there from its first moment, as they wake it. */

const host = new HostPort({
  onFilters: (revision, filters) => told(holdBack(revision, filters)),
  onGone: () => told(holdNothingBack()),
});
const navigations = new HeldNavigations(host);
const web = { url: [{ schemes: ['http', 'https'] }] };

chrome.webNavigation.onBeforeNavigate.addListener(({ frameId }) => {
  if (frameId === 0) host.connectIfDue();
}, web);

chrome.webNavigation.onErrorOccurred.addListener(({ tabId, frameId, url, error, documentLifecycle }) => {
  // A page that is only prepared is asked about when the user goes there.
  if (frameId !== 0 || tabId < 0 || documentLifecycle === 'prerender') return;
  if (error === 'net::ERR_BLOCKED_BY_CLIENT') told(navigations.held(tabId, url));
}, web);

chrome.webNavigation.onCommitted.addListener(({ tabId, frameId, url, documentLifecycle, ...details }) => {
  if (frameId !== 0 || documentLifecycle === 'prerender') return;
  const visit = visitIn(url);
  told(setShown(tabId, visit?.id));
  // Our own page may come while the tab is on its way already.
  if (visit) return;
  navigations.arrived(tabId);
  told(forgetAddresses(tabId, url, details.transitionQualifiers.includes('server_redirect')));
});

chrome.tabs.onRemoved.addListener((tabId) => {
  navigations.arrived(tabId);
  told(setShown(tabId, undefined));
  told(forgetTab(tabId));
});

/** Our own page is shown, and its buttons; no other page can send anything here. */
chrome.runtime.onMessage.addListener((untrusted, { id, url = '', tab }, answer) => {
  const visit = visitIn(url);
  if (id !== chrome.runtime.id || !visit || tab?.id === undefined) return;
  if (untrusted === 'shown') answer(navigations.isPassedOver(tab.id));
  if (untrusted === 'here') told(navigations.here(tab.id, visit.id));
  if (untrusted === 'again') told(navigations.again(tab.id, visit.url, visit.id));
});

chrome.runtime.onStartup.addListener(() => host.connectIfDue());
chrome.runtime.onInstalled.addListener(() => host.connectIfDue());
host.connectIfDue();

/** A tab may be gone by the time it is to be told. */
function told(work: Promise<unknown>): void {
  work.catch((error: unknown) => console.warn(error));
}
