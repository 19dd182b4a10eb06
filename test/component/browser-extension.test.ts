import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildBrowserExtension } from '../../scripts/browser-extension/build.ts';
import { installNativeHost } from '../../src/integration/browser/native-host.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { selfCommand } from '../../src/shared/self-command.ts';
import { Chromium, type Tab } from './fixtures/browser/chromium.ts';
import { LinkService } from './fixtures/browser/link-service.ts';
import { type Site, startSite } from './fixtures/browser/loopback-site.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { startXDesktop, type XDesktop } from './fixtures/x-desktop.ts';

/** Debian's Chromium with the extension, the real native messaging host, and the service's own care of links. */
let folder: string;
let desktop: XDesktop;
let site: Site;
let service: LinkService;
let chromium: Chromium;
let worker: Tab;
let tab: Tab;

const rules = (...lines: string[]) =>
  writeFileSync(join(folder, 'home/config/url-rules.txt'), lines.join('\n'));
const someRules = [
  'guest *.guest.test',
  'stay guest.test/here',
  'guest stay.test/travel',
  'deny guest.test/never',
  'deny never.test',
];
/** How many filters the browser has. */
const filters = async () =>
  Number(await worker.evaluate('chrome.declarativeNetRequest.getDynamicRules().then((all) => all.length)'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-browser-'));
  const env = { ...process.env, XPANE_HOME: join(folder, 'home'), XDG_CONFIG_HOME: join(folder, 'config') };
  const paths = xpanePaths(env);
  mkdirSync(paths.config, { recursive: true });
  rules(...someRules);
  [desktop, site] = await Promise.all([
    startXDesktop({ windowManager: 'none' }),
    startSite(),
    buildBrowserExtension(join(folder, 'extension')),
    installNativeHost({ self: selfCommand(), env, dataFolder: paths.data }),
  ]);
  service = await LinkService.start(paths);
  chromium = await Chromium.start({
    env: { ...env, ...desktop.env },
    profile: join(folder, 'config/chromium'),
    extension: join(folder, 'extension'),
    port: site.port,
  });
  worker = await chromium.worker();
  await waitFor('the rules', async () => (await filters()) > 0, 30_000);
});
afterAll(async () => {
  await chromium?.stop();
  await service?.stop();
  await site?.stop();
  await desktop?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  site.asked.length = 0;
  tab = await chromium.openTab();
});

test('a page that belongs to the guest opens there, and the tab says so', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  service.opening = promise;
  await tab.goTo('http://shop.guest.test/cart?item=1#top');
  await tab.until('is being opened in Windows XP');
  resolve();
  const text = await tab.until(/This page is open in Windows XP, in “Office”/);
  expect(text).toMatch(/http:\/\/shop\.guest\.test\/cart\?item=1#top/);
  expect(text).toMatch(/Rule: guest \*\.guest\.test \(line 1 of .*url-rules\.txt\)/);
  expect(service.opened).toEqual(['http://shop.guest.test/cart?item=1#top']);
  expect(site.asked).toEqual([]);
});

test('all else goes on as if there was nothing, and asks nobody', async () => {
  await tab.goTo('http://stay.test/');
  await tab.until('site stay.test/ GET');
  await tab.goTo('http://guest.test/here/it/is');
  await tab.until('site guest.test/here/it/is GET');
  // A frame of the guest's, a form that is sent there, a file: only what a tab is led to counts.
  await tab.evaluate(
    `new Promise((done) => { const frame = document.createElement('iframe'); frame.src = 'http://shop.guest.test/frame'; frame.onload = done; document.body.append(frame); })`,
  );
  await tab.evaluate(
    `(() => { const form = document.createElement('form'); form.method = 'post'; form.action = 'http://shop.guest.test/form'; document.body.append(form); form.submit(); })()`,
  );
  await tab.until('site shop.guest.test/form POST');
  expect(site.asked).toEqual([
    'GET stay.test/',
    'GET guest.test/here/it/is',
    'GET shop.guest.test/frame',
    'POST shop.guest.test/form',
  ]);
  expect(service.opened).toHaveLength(1);
});

test('what a rule forbids is refused, and no button leads there', async () => {
  await tab.goTo('http://www.never.test/x');
  const text = await tab.until('This page is not opened');
  expect(text).toMatch(/A rule forbids it.*Rule: deny never\.test/s);
  expect(await tab.evaluate(`[...document.querySelectorAll('button')].every((each) => each.hidden)`)).toBe(
    true,
  );
  await tab.evaluate(`chrome.runtime.sendMessage('here')`);
  // Its answer comes after the worker has done that.
  expect(await worker.evaluate('chrome.declarativeNetRequest.getSessionRules()')).toEqual([]);
  await tab.goTo('http://user:word@never.test//%78');
  await tab.until('This page is not opened');
  expect([site.asked, service.opened.length]).toEqual([[], 1]);
});

test('a site that leads to the guest does not get there by itself; back is what was before', async () => {
  await tab.goTo('http://stay.test/');
  await tab.until('site stay.test/ GET');
  await tab.evaluate(`location.href = '/redirect?to=http://guest.test/after'`);
  await tab.until('This page is open in Windows XP');
  expect(site.asked).toEqual(['GET stay.test/', 'GET stay.test/redirect?to=http://guest.test/after']);
  await tab.evaluate('history.back()');
  await tab.until('site stay.test/ GET');
  expect(service.opened.slice(1)).toEqual(['http://guest.test/after']);
  // The same address again is no way back.
  for (const times of [2, 3]) {
    await tab.goTo('http://guest.test/after');
    await waitFor('the guest', () => service.opened.slice(1).length === times);
    await tab.until('This page is open in Windows XP');
  }
  for (const expected of [/page\.html/, /stay\.test/]) {
    const from = await tab.evaluate('location.href');
    await tab.evaluate('history.back()');
    await waitFor('what was before', async () => {
      const now = await tab.evaluate('location.href').catch(() => from);
      return now !== from && expected.test(String(now));
    });
  }
  expect(service.opened.slice(1)).toHaveLength(3);
});

test('the user may have it here: this tab, and what the rules let him', async () => {
  await tab.goTo('http://stay.test/travel/1');
  await tab.until('This page is open in Windows XP');
  await tab.click('#here');
  await tab.until('site stay.test/travel/1 GET');
  await tab.evaluate(`location.href = '/travel/2'`);
  await tab.until('site stay.test/travel/2 GET');
  const other = await chromium.openTab('http://stay.test/travel/3');
  await other.until('This page is open in Windows XP');
  await other.close();
  // Of a host with a page that is forbidden, only this one.
  await tab.goTo('http://guest.test/1');
  await tab.until('This page is open in Windows XP');
  await tab.click('#here');
  await tab.until('site guest.test/1 GET');
  await tab.evaluate(`location.href = '/never'`);
  await tab.until('This page is not opened');
  expect(site.asked).toEqual(['GET stay.test/travel/1', 'GET stay.test/travel/2', 'GET guest.test/1']);
});

test('addresses that are too long, and such that only look like the guest’s', async () => {
  await tab.goTo(`http://guest.test/x?${'y'.repeat(100_000)}`);
  const text = await tab.until('This page was not opened');
  expect(text).toMatch(/too long to be opened/);
  // Another path than it seems: held, asked about, and let go on.
  await tab.goTo('http://stay.test/');
  await tab.until('site stay.test/ GET');
  // Ones that a page makes up: no way around a rule, and no end of what holds them back.
  await tab.evaluate(`location.href = 'http://never.test/?' + 'x'.repeat(300_000)`);
  await tab.until('This page is not opened');
  await tab.goTo('http://stay.test/');
  await tab.until('site stay.test/ GET');
  await tab.evaluate(`location.href = 'http://guest.test/' + 'x'.repeat(300_000)`);
  await tab.until(/too long to be opened/);
  expect(await filters()).toBeGreaterThan(0);
  site.asked.length = 0;
  await tab.goTo('http://stay.test/a//b');
  await tab.until('site stay.test/a//b GET');
  expect(site.asked).toEqual(['GET stay.test/a//b']);
});

test('the same page again and again is no click of a user’s', async () => {
  const before = service.opened.length;
  for (const _ of [1, 2, 3]) {
    const other = await chromium.openTab('http://loop.guest.test/');
    await other.until('This page is open in Windows XP');
    await other.close();
  }
  await tab.goTo('http://loop.guest.test/');
  await tab.until(/This page was not opened[\s\S]*again and again/);
  expect(service.opened.length - before).toBe(3);
  await tab.click('#again');
  await tab.until('This page is open in Windows XP');
});

test('an edit of the rules counts within seconds', async () => {
  await tab.goTo('http://stay.test/travel/closed');
  await tab.until('This page is open in Windows XP');
  await tab.click('#here');
  await tab.until('site stay.test/travel/closed GET');
  rules(...someRules, 'guest new.test', 'deny stay.test/travel/closed');
  await waitFor('the new rule', async () => {
    await tab.goTo('http://new.test/');
    return (await tab.until(/site new\.test|Windows XP/)).includes('Windows XP');
  });
  // What the user had here before is forbidden now.
  await tab.goTo('http://stay.test/travel/closed');
  await tab.until('This page is not opened');
});

test('new addresses that a page makes up wait for a click', async () => {
  const before = service.opened.length;
  for (let number = 0; ; number++) {
    const other = await chromium.openTab(`http://many.guest.test/${number}`);
    const text = await other.until(/This page is open in Windows XP|This page was not opened/);
    await other.close();
    if (text.includes('not opened')) break;
    expect(number).toBeLessThan(10);
  }
  expect(service.opened.length - before).toBeLessThanOrEqual(10);
  await tab.goTo('http://many.guest.test/wanted');
  await tab.until(/waits for your click[\s\S]*Open it there/);
  await tab.click('#again');
  await tab.until('This page is open in Windows XP');
  expect(service.opened.at(-1)).toBe('http://many.guest.test/wanted');
});

test('without the service every page opens here; with it they are the guest’s again', async () => {
  await service.stop();
  await tab.goTo('http://shop.guest.test/alone');
  await tab.until('site shop.guest.test/alone GET');
  await waitFor('no rules', async () => (await filters()) === 0);
  // As if Chromium had just started, with the rules that it had last.
  await worker.evaluate(`(async () => {
    await chrome.storage.local.set({ revision: 'kept' });
    const condition = { resourceTypes: ['main_frame'], requestDomains: ['kept.test'] };
    const rule = { id: 1, priority: 1, action: { type: 'block' }, condition };
    await chrome.declarativeNetRequest.updateDynamicRules({ addRules: [rule] });
  })()`);
  await tab.goTo('http://kept.test/');
  await tab.until('site kept.test/ GET');
  expect(await filters()).toBe(0);
  service = await LinkService.start(xpanePaths({ XPANE_HOME: join(folder, 'home') }));
  await waitFor('the rules', async () => (await filters()) > 0);
  await tab.goTo('http://shop.guest.test/again');
  await tab.until('This page is open in Windows XP');
});

test('the host ends with its browser', async () => {
  const hosts = () =>
    readdirSync('/proc').filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return words.includes('native-messaging') && environment.includes(folder);
      } catch {
        return false;
      }
    });
  expect(hosts()).toHaveLength(1);
  await chromium.stop();
  await waitFor('its end', () => hosts().length === 0);
});
