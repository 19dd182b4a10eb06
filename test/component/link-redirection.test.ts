import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { ToGuest } from '../../src/guest-bridge/protocol/to-guest.ts';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import { Display } from '../../src/service/display.ts';
import { LiveWorkspace } from '../../src/service/live-workspace.ts';
import { LiveWorkspaces } from '../../src/service/live-workspaces.ts';
import { UrlCare } from '../../src/service/urls/url-care.ts';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Catalogue } from '../../src/workspace/catalogue.ts';
import { openSettings } from '../../src/workspace/settings-store.ts';
import { FakeAgent, fakeSecret } from './fixtures/fake-agent.ts';
import { noFiles } from './fixtures/no-files.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { startXDesktop, type XDesktop } from './fixtures/x-desktop.ts';

/** The service's own parts between a guest of cardboard and a browser of the test's. */
let home: string;
let agent: FakeAgent;
let bridge: GuestBridge;
let live: LiveWorkspace;
let urls: UrlCare;
let desktop: XDesktop;
let display: Display;
let onHost: string[];
let browserFails: boolean;
let setting: 'rules' | 'guest';
let phase: 'running' | 'suspending';
/** How often somebody wanted the guest to run. */
let starts: number;

async function begin({ urlsFromGuest = 'rules' as 'rules' | 'guest', capabilities = ['links'] } = {}) {
  [setting, phase, starts] = [urlsFromGuest, 'running', 0];
  agent = await FakeAgent.start({ hello: { capabilities } });
  bridge = new GuestBridge({ endpoint: agent.endpoint, secret: fakeSecret, log: silentLog });
  live = new LiveWorkspace({
    workspace: { ...plainWorkspace, id: 'office' },
    urlsFromGuest: () => setting,
    session: {
      changes: new ChangeSignal(),
      get phase() {
        return { name: phase };
      },
      ensureReady: async () => {
        starts += 1;
        return bridge;
      },
    } as unknown as WorkspaceSession,
    catalogue: { applications: [], replace: async () => undefined } as unknown as Catalogue,
    display,
    files: noFiles(),
    onLink: (url, from) => void urls.openFromGuest(live, url, from),
    log: silentLog,
  });
  const workspaces = new LiveWorkspaces();
  workspaces.add(live);
  const settings = openSettings(join(home, 'config'), {}, join(home, 'no-policy'));
  urls = new UrlCare({
    ...{ settings, configFolder: join(home, 'config'), dataFolder: join(home, 'data') },
    ...{ workspaces: () => workspaces, display, log: silentLog },
    async openOnHost(url) {
      if (browserFails) throw new XPaneError('browser.missing', 'There is none.', 'Install one.');
      onHost.push(url);
    },
  });
  live.adopt(bridge);
  await bridge.ready({ timeoutMs: 5_000 });
}
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'xpane-links-'));
  onHost = [];
  browserFails = false;
  desktop = await startXDesktop();
  display = new Display({ log: silentLog, onScreenChanged: () => undefined });
});
afterEach(async () => {
  await urls.close();
  await display.close();
  await bridge.close();
  await agent.stop();
  await desktop.stop();
  rmSync(home, { recursive: true });
});

const rules = (...lines: string[]) => writeFileSync(join(home, 'config/url-rules.txt'), lines.join('\n'));
const sent = <T extends ToGuest['type']>(type: T) =>
  agent.received.filter((message): message is Extract<ToGuest, { type: T }> => message.type === type);
const inGuest = () => sent('open-url').map(({ url }) => url);
const click = (url: string) =>
  urls.open({ url, display: desktop.display }, new AbortController().signal).then(
    ({ to }) => to,
    (error: XPaneError) => error.code,
  );
/** The guest answers every link as the real agent does; with `again` its browser only gives it back. */
function answerLinks({ again = false } = {}): void {
  agent.onMessage((message) => {
    if (message.type !== 'open-url') return;
    const { requestId, url } = message;
    agent.send({ type: 'launch-result', requestId, outcome: 'started', processId: 7, systemError: 0 });
    if (again) agent.send({ type: 'open-url', url });
  });
}
const refusals = () => urls.refused.map(({ failure }) => failure.code);

test('a link of the host goes where the rules say', async () => {
  await begin();
  answerLinks();
  rules('guest *.contoso.com', 'deny contoso.com/secret', 'guest:nowhere x.example');
  expect(await click('http://Shop.contoso.com')).toBe('guest');
  expect(inGuest()).toEqual(['http://shop.contoso.com/']);
  expect(await click('http://elsewhere.example/')).toBe('host');
  expect(await click('http://contoso.com/secret/1')).toBe('url.denied');
  expect(await click('http://x.example/')).toBe('service.unknown-workspace');
  expect(await click('file:///etc/passwd')).toBe('url.scheme');
  expect(refusals()).toEqual(['url.denied', 'service.unknown-workspace', 'url.scheme']);
  expect(urls.refused[0]?.failure.message).toMatch(
    /forbids to open "http:\/\/contoso.com\/secret\/1" \(line 2 of /,
  );
  expect(onHost).toEqual([]);
  // The browser of the host that whoever asked was to start.
  urls.failed({ code: 'browser.missing', message: 'There is none.', hint: 'Install one.' });
  expect(urls.refused.at(-1)?.failure.code).toBe('browser.missing');
});

test('what the guest cannot open, the user is told', async () => {
  await begin();
  agent.onMessage((message) => {
    if (message.type !== 'open-url') return;
    const { requestId } = message;
    agent.send({ type: 'launch-result', requestId, outcome: 'not-found', processId: 0, systemError: 2 });
  });
  rules('guest contoso.com');
  expect(await click('http://contoso.com/')).toBe('launch.no-link-program');
  expect(refusals()).toEqual(['launch.no-link-program']);
});

test('an agent that knows no links is sent none', async () => {
  await begin({ capabilities: [] });
  rules('guest contoso.com');
  expect(await click('http://contoso.com/')).toBe('bridge.no-links');
  expect([sent('link-handling'), inGuest()]).toEqual([[], []]);
});

test('a link of the guest goes where the rules say', async () => {
  await begin();
  answerLinks();
  rules('guest in.example', 'host out.example', 'deny not.example', 'host mailto:*');
  expect(sent('link-handling')).toEqual([{ type: 'link-handling', fromGuest: true }]);
  for (const url of [
    'http://in.example/',
    'http://unknown.example/',
    'ftp://out.example/',
    'mailto:a@b.example',
  ])
    agent.send({ type: 'open-url', url });
  await waitFor('all of them', () => inGuest().length === 2 && onHost.length === 2);
  expect(inGuest()).toEqual(['http://in.example/', 'http://unknown.example/']);
  expect(onHost).toEqual(['ftp://out.example/', 'mailto:a@b.example']);
  agent.send({ type: 'open-url', url: 'http://not.example/' });
  await waitFor('the refusal', () => refusals()[0] === 'url.denied');
});

test('by default no link of the guest leaves it, whatever the rules say', async () => {
  await begin({ urlsFromGuest: 'guest' });
  answerLinks();
  rules('host *');
  expect(sent('link-handling')).toEqual([{ type: 'link-handling', fromGuest: false }]);
  // A guest that asks all the same.
  agent.send({ type: 'open-url', url: 'http://contoso.com/' });
  const heard = new Promise((resolve) => bridge.on('agentLog', resolve));
  agent.send({ type: 'log', level: 'info', text: 'after it' });
  await heard;
  await click('http://contoso.com/');
  expect([onHost, inGuest(), refusals()]).toEqual([[], [], []]);
});

test('no link goes in a circle', async () => {
  await begin();
  answerLinks({ again: true });
  rules('guest in.example', 'host out.example');
  // The guest's browser gives each link straight back.
  expect(await click('http://in.example/')).toBe('guest');
  agent.send({ type: 'open-url', url: 'http://other.example/' });
  await waitFor('the last of them', () => inGuest().length === 6);
  agent.send({ type: 'open-url', url: 'http://out.example/' });
  await waitFor('the browser', () => onHost.length > 0);
  expect(inGuest().sort()).toEqual([
    ...Array(3).fill('http://in.example/'),
    ...Array(3).fill('http://other.example/'),
  ]);
  // The host's gives it back, too: the same rule says the same again, but not for ever.
  const back = [];
  for (let time = 0; time < 4; time++) back.push(await click('http://out.example/'));
  expect(back).toEqual(['host', 'host', 'host', 'url.loop']);
  expect(onHost).toEqual(['http://out.example/']);
  for (let time = 0; time < 4; time++) agent.send({ type: 'open-url', url: 'http://out.example/' });
  await waitFor('the refusal', () =>
    urls.refused.some(({ from, failure }) => from && failure.code === 'url.loop'),
  );
  expect(onHost).toEqual(Array(3).fill('http://out.example/'));
});

test('a flood of links reaches neither browser nor user', async () => {
  await begin();
  browserFails = true;
  rules('host *');
  for (let number = 0; number < 500; number++)
    agent.send({ type: 'open-url', url: `http://x.example/${number}` });
  agent.send({ type: 'open-url', url: 'http://x.example/last' });
  await waitFor('a refusal', () => refusals().length > 0);
  browserFails = false;
  for (let number = 0; number < 100; number++)
    agent.send({ type: 'open-url', url: `http://y.example/${number}` });
  expect(await click('http://in.example/')).toBe('host');
  expect([onHost, refusals()]).toEqual([[], ['browser.missing']]);
  expect(bridge.state).toBe('ready');
});

test('no link of the guest undoes that the user stopped it', async () => {
  await begin();
  answerLinks();
  rules('guest in.example');
  phase = 'suspending';
  agent.send({ type: 'open-url', url: 'http://in.example/1' });
  // What is asked after it is answered after it.
  rules('host out.example');
  agent.send({ type: 'open-url', url: 'http://out.example/' });
  await waitFor('the link after it', () => onHost.length === 1);
  expect([starts, inGuest(), refusals()]).toEqual([0, [], []]);
  phase = 'running';
  await urls.openFromGuest(live, 'http://in.example/2', bridge);
  expect([starts, inGuest()]).toEqual([0, ['http://in.example/2']]);
  await bridge.close();
  await urls.openFromGuest(live, 'http://in.example/3', bridge);
  expect([starts, inGuest(), refusals()]).toEqual([0, ['http://in.example/2'], []]);
});

test('a guest cannot tell the world without end what it likes', async () => {
  await begin();
  rules('host *');
  for (let number = 0; number < 30; number++)
    await urls.openFromGuest(live, `http://x.example/${number}`, bridge);
  expect(onHost).toHaveLength(20);
  expect(urls.refused).toMatchObject([{ from: { id: 'office' }, failure: { code: 'url.too-many' } }]);
});

test('the setting counts as it is now, not as it was when the guest started', async () => {
  await begin();
  rules('host *');
  setting = 'guest';
  agent.send({ type: 'open-url', url: 'http://out.example/' });
  await waitFor('the agent to know', () => sent('link-handling').length === 2);
  expect(sent('link-handling').map(({ fromGuest }) => fromGuest)).toEqual([true, false]);
  expect([onHost, inGuest(), refusals()]).toEqual([[], [], []]);
});

test('what is no link from a guest breaks the protocol', async () => {
  await begin();
  rules('host *');
  const ended = new Promise((resolve) => bridge.on('lost', resolve));
  agent.send({ type: 'open-url', url: 'javascript:alert(1)' });
  await ended;
  await agent.until(() => agent.closes.length > 0);
  expect(agent.closes.at(-1)?.code).toBe(4400);
  expect(onHost).toEqual([]);
});
