import { pageText } from './page-text.ts';
import { onVisitChange, type Visit, visitIn, visitOf } from './visits.ts';

/** What a tab shows in place of a page that does not open in it. */

const asked = visitIn(location.href);
const longestShown = 400;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

function show(visit: Visit | undefined): void {
  const text = pageText(visit);
  for (const part of ['heading', 'message', 'hint', 'rule', 'again'] as const) {
    element(part).textContent = text[part];
  }
  const url = asked?.url ?? '';
  element('address').textContent = url.length > longestShown ? `${url.slice(0, longestShown)}…` : url;
  element('again').hidden = text.again === '';
  element('here').hidden = !text.here;
  document.title = `${text.heading} – XPane`;
  document.body.dataset.state = visit?.state ?? 'forgotten';
}

for (const button of ['again', 'here']) {
  element(button).addEventListener('click', () => void chrome.runtime.sendMessage(button));
}
/** Also when Chromium takes it out of its cache. */
addEventListener('pageshow', async () => {
  // Its own address is one before it. Where nothing is before that, this page stays.
  if ((await chrome.runtime.sendMessage('shown')) === true) history.go(-2);
});
if (asked) {
  onVisitChange(asked.id, show);
  show(await visitOf(asked.id));
}
