import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { HostTalk } from './fixtures/host-talk.ts';
import { LinkGuest } from './fixtures/link-guest.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

let agent: RunningAgent;
let links: LinkGuest;
beforeAll(async () => {
  agent = await startAgent();
  links = new LinkGuest(agent.guest);
  await links.setWitness();
}, 300_000);
afterAll(() => agent?.stop());
beforeEach(() => links.forget());

async function opened(fromGuest?: boolean): Promise<HostTalk> {
  const talk = await HostTalk.open(agent.port, agent.secret, 60_000);
  onTestFinished(() => talk.hangUp());
  if (fromGuest !== undefined) {
    talk.say({ type: 'link-handling', fromGuest });
    await waitFor('the handlers', async () => (await links.browser()).includes('--open-url') === fromGuest);
  }
  return talk;
}
const asked = (talk: HostTalk) => talk.heard.flatMap((one) => (one.type === 'open-url' ? [one.url] : []));
const open = async (talk: HostTalk, requestId: number, url: string) => {
  talk.say({ type: 'open-url', requestId, url });
  return await talk.message('launch-result', (result) => result.requestId === requestId);
};

test('a link of the host opens in the guest’s browser', async () => {
  const talk = await opened();
  expect((await talk.message('hello')).capabilities).toContain('links');
  expect(await open(talk, 1, 'http://contoso.com/?a=%20b&c')).toMatchObject({
    outcome: 'started',
    systemError: 0,
  });
  expect((await open(talk, 2, 'mailto:a@contoso.com?subject=x')).outcome).toBe('started');
  await links.until('opened http://contoso.com/?a=%20b&c', 'opened mailto:a@contoso.com?subject=x');
});

test('without a program for it: not found', async () => {
  await links.setBrowser('"C:\\gone\\browser.exe" "%1"');
  onTestFinished(() => links.setWitness());
  const talk = await opened();
  expect((await open(talk, 1, 'http://contoso.com/')).outcome).toBe('not-found');
});

test('where Wine would look for a browser that no guest has, its own opens web links', async () => {
  await links.setBrowser('"C:\\windows\\system32\\winebrowser.exe" "%1"');
  onTestFinished(() => links.setWitness());
  const talk = await opened();
  expect((await open(talk, 1, 'http://127.0.0.1:9/')).outcome).toBe('started');
  await talk.message('window-created', ({ window }) => window.title.includes('Internet Explorer'), 20_000);
  expect((await open(talk, 2, 'mailto:a@contoso.com')).outcome).toBe('not-found');
  await agent.guest.shell('"$WINE" taskkill /F /IM iexplore.exe');
}, 60_000);

test('links of the guest come to the host, and by its word open in the guest, not here again', async () => {
  const talk = await opened(true);
  await links.click('HTTP://contoso.com/a b');
  await talk.message('open-url', ({ url }) => url === 'http://contoso.com/a%20b');
  for (const url of ['https://contoso.com/', 'ftp://contoso.com/x', 'mailto:a@contoso.com']) {
    await links.click(url);
    await talk.message('open-url', (one) => one.url === url);
  }
  expect(links.opened).toEqual([]);
  expect((await open(talk, 1, 'https://contoso.com/')).outcome).toBe('started');
  await links.until('opened https://contoso.com/');
  expect(asked(talk)).toHaveLength(4);
}, 60_000);

test('a host that does not want them leaves the guest as it was', async () => {
  const before = await (async () => {
    await opened(false);
    return await links.browser();
  })();
  expect(before).toContain('link-witness.exe');
  await opened(true);
  expect(await links.browser('mailto')).toContain('--open-url');
  const talk = await opened(false);
  expect(await links.browser()).toBe(before);
  expect(await links.browser('mailto')).toContain('link-witness.exe');
  await links.click('http://contoso.com/here');
  await links.until('opened http://contoso.com/here');
  expect(asked(talk)).toEqual([]);
});

test('what it takes it gives back as it was, keys, types and all', async () => {
  const classes = 'HKEY_LOCAL_MACHINE\\Software\\Classes';
  await opened(false);
  await links.setRegistry(
    [
      // "%W%", with a variable in it.
      `[${classes}\\mailto\\shell\\open\\command]\n@=hex(2):25,57,25,00`,
      `[${classes}\\http\\shell\\open\\ddeexec]\n@="open %1"`,
      `[${classes}\\http\\shell\\open\\ddeexec\\Application]\n@="Witness"`,
      `[${classes}\\https\\shell\\open\\ddeexec\\Topic]\n@="Witness"`,
      // An attempt to take them that was cut short.
      `[${classes}\\https\\shell\\open\\ddeexec]\n@=""`,
      '[HKEY_CURRENT_USER\\Software\\XPane\\Links\\ReplacedDde]\n"https"="kept"',
      `[-${classes}\\ftp]`,
      '',
    ].join('\n\n'),
  );
  onTestFinished(() => links.setWitness());
  const all = () => Promise.all(['http', 'https', 'ftp', 'mailto'].map((scheme) => links.registered(scheme)));
  const before = await all();
  expect(before[2]).toContain('none');
  expect(before[3]).toContain('REG_EXPAND_SZ');
  await opened(true);
  await waitFor('the last of them', async () => (await links.browser('mailto')).includes('--open-url'));
  expect(await links.registered('ftp')).toContain('--open-url');
  await opened(false);
  await waitFor('the last of them', async () => !(await links.browser('mailto')).includes('--open-url'));
  const after = await all();
  expect(after[1]).toContain('kept');
  const settled = (all: readonly string[]) => [all[0], all[1]?.replace('kept', ''), all[2], all[3]];
  expect(settled(after).map((one) => one?.replace(/ +$/gm, ''))).toEqual(
    settled(before).map((one) => one?.replace(/ +$/gm, '')),
  );
}, 60_000);

test('with no host there they open in the guest', async () => {
  const talk = await opened(true);
  await talk.hangUp();
  await waitFor(
    'the agent to notice',
    async () => (await agent.log()).split('a connection ended').length > 5,
  );
  await links.click('http://contoso.com/alone');
  await links.until('opened http://contoso.com/alone');
});

test('a flood of links is cut down, and opens nothing in the guest either', async () => {
  const talk = await opened(true);
  await links.sendToAgent('http://contoso.com/flood', 500);
  await talk.message('open-url');
  await waitFor('the end', async () => (await agent.log()).includes('too many in a short time'));
  expect(asked(talk).length).toBeLessThanOrEqual(20);
  expect(links.opened).toEqual([]);
}, 60_000);

test('a link cannot add to the agent’s command line, nor be anything else', async () => {
  const talk = await opened(true);
  const exit = async (...args: string[]) =>
    (await agent.guest.start('xpane-agent.exe', ['--open-url', ...args]).exited()).code;
  await links.sendToAgent('file:///c:/windows/notepad.exe', 1);
  expect(await exit('http://a/', '--listen', '0.0.0.0:7007')).toBe(2);
  expect(await exit('file:///c:/windows/notepad.exe')).toBe(2);
  expect(await exit('C:\\windows\\notepad.exe')).toBe(2);
  expect(await exit(`http://contoso.com/${'a'.repeat(9000)}`)).toBe(2);
  expect(asked(talk)).toEqual([]);
});
