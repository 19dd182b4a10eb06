import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { LoanOffer } from '../../src/guest-bridge/guest-loans.ts';
import { silentLog } from '../../src/shared/log.ts';
import { holdFile } from './fixtures/hold-file.ts';
import { LinkGuest } from './fixtures/link-guest.ts';
import { agentArguments, listeningPort, type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

let agent: RunningAgent;
let witness: LinkGuest;
let bridge: GuestBridge;
/** A folder of the guest's user, as the host of the test sees it. */
let folder: string;
const inGuest = (name: string) => `C:\\papers\\${name}`;
const classes = 'HKEY_LOCAL_MACHINE\\Software\\Classes';
let offers: LoanOffer[];

beforeAll(async () => {
  agent = await startAgent();
  witness = new LinkGuest(agent.guest);
  folder = join(agent.guest.prefix, 'drive_c', 'papers');
  await mkdir(folder);
  await witness.setRegistry(
    [
      `[${classes}\\.paper]\n@="Witness.paper"\n"Content Type"="application/x-paper"`,
      `[${classes}\\Witness.paper]\n@="A paper"`,
      `[${classes}\\Witness.paper\\DefaultIcon]\n@="Z:\\\\run\\\\xpane\\\\link-witness.exe,0"`,
      `[${classes}\\Witness.paper\\shell\\open\\command]\n@="\\"Z:\\\\run\\\\xpane\\\\link-witness.exe\\" opened \\"%1\\""`,
      '',
    ].join('\n\n'),
  );
  bridge = await connected(agent.port);
}, 300_000);
afterAll(async () => {
  await bridge?.close();
  await agent?.stop();
});
beforeEach(() => {
  witness.forget();
  offers = [];
});

async function connected(port: number): Promise<GuestBridge> {
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port } as const;
  const made = new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
  made.on('loanOffer', (offer) => offers.push(offer));
  await made.ready({ timeoutMs: 20_000 });
  return made;
}

async function opensHere(...extensions: string[]): Promise<void> {
  bridge.send({ type: 'loan-handling', extensions });
  await waitFor('the association', async () => {
    const isOurs = (await witness.registered('.paper')).includes('XPane.Loan.paper');
    return isOurs === extensions.includes('paper');
  });
}

/** Somebody in the guest opens the file. */
async function lent(name: string, content = 'as it was'): Promise<LoanOffer & { onDisk: string }> {
  const onDisk = join(folder, name);
  await writeFile(onDisk, content);
  offers = [];
  await witness.click(inGuest(name));
  const offer = await waitFor('the offer', () => offers[0]);
  return { ...offer, onDisk };
}

async function got(loanId: string): Promise<{ text: string; stamp: string }> {
  const chunks: Buffer[] = [];
  const { stamp } = await bridge.loans.get(loanId, async (chunk) => void chunks.push(Buffer.from(chunk)));
  return { text: Buffer.concat(chunks).toString(), stamp };
}

async function put(loanId: string, text: string, over?: string): Promise<string> {
  const content = Buffer.from(text);
  const loan = {
    loanId,
    ...(over ? { over } : {}),
    sizeBytes: content.length,
    modifiedMs: Date.UTC(2024, 1, 1),
  };
  const { stamp } = await bridge.loans.put(
    loan,
    (async function* () {
      yield content;
    })(),
  );
  return stamp;
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

test('a file is offered by its name alone; what comes back goes over it, as long as it is what was fetched', async () => {
  await opensHere('paper');
  const { loanId, untrustedName, onDisk } = await lent('Letter ü.paper');
  expect(untrustedName).toBe('Letter ü.paper');
  bridge.send({ type: 'loan-answer', loanId, taken: true });
  const first = await got(loanId);
  expect(first.text).toBe('as it was');
  const second = await put(loanId, 'edited on the host', first.stamp);
  expect(await readFile(onDisk, 'utf8')).toBe('edited on the host');
  expect(await code(put(loanId, 'late', first.stamp))).toBe('bridge.file-unexpected');
  expect(await readFile(onDisk, 'utf8')).toBe('edited on the host');
  expect(second).not.toBe(first.stamp);
  expect(await put(loanId, '', second)).not.toBe(second);
  expect(await readFile(onDisk, 'utf8')).toBe('');
  expect(witness.opened).toEqual([]);
  // The same file is the same loan, as long as it is lent.
  expect((await lent('Letter ü.paper')).loanId).toBe(loanId);
  bridge.send({ type: 'loan-return', loanId });
  expect(await code(got(loanId))).toBe('bridge.file-not-found');
  expect((await readdir(folder)).filter((name) => name.startsWith('~xpane'))).toEqual([]);
}, 60_000);

test('where both have changed both stay, and later saves go beside', async () => {
  await opensHere('paper');
  const { loanId, onDisk } = await lent('Both.paper');
  const { stamp } = await got(loanId);
  await writeFile(onDisk, 'changed in the guest');
  expect(await code(put(loanId, 'changed on the host', stamp))).toBe('bridge.file-unexpected');
  const beside = await put(loanId, 'changed on the host');
  const name = (await readdir(folder)).find((each) => each.startsWith('Both (from this computer, 20'));
  expect(name).toMatch(/^Both \(from this computer, \d{4}-\d\d-\d\d \d\d\.\d\d\)\.paper$/);
  await put(loanId, 'once more', beside);
  expect(await readFile(join(folder, name ?? ''), 'utf8')).toBe('once more');
  expect(await readFile(onDisk, 'utf8')).toBe('changed in the guest');
}, 60_000);

test('a file that is in use, read-only, gone or was never lent is left alone', async () => {
  await opensHere('paper');
  const { loanId, onDisk } = await lent('Held.paper');
  const { stamp } = await got(loanId);
  const held = await holdFile(agent.guest, onDisk);
  onTestFinished(() => held.letGo());
  expect(await code(put(loanId, 'x', stamp))).toBe('bridge.file-in-use');
  await held.letGo();
  await chmod(onDisk, 0o444);
  expect(await code(put(loanId, 'x', stamp))).toBe('bridge.file-refused');
  await rename(onDisk, `${onDisk}.moved`);
  expect(await code(put(loanId, 'x', stamp))).toBe('bridge.file-not-found');
  expect(await code(got(loanId))).toBe('bridge.file-not-found');
  expect(await code(put('00000000000000aa', 'x'))).toBe('bridge.file-not-found');
  await put(loanId, 'kept');
  expect((await readdir(folder)).some((name) => name.startsWith('Held (from this computer'))).toBe(true);
}, 60_000);

test('what the host refuses, or does not answer before it goes, opens in the guest by the program it had', async () => {
  await opensHere('paper');
  const { loanId } = await lent('Refused.paper');
  bridge.send({ type: 'loan-answer', loanId, taken: false });
  await witness.until(`opened ${inGuest('Refused.paper')}`);
  await lent('Unanswered.paper');
  await bridge.close();
  await witness.until(`opened ${inGuest('Unanswered.paper')}`);
  await writeFile(join(folder, 'Alone.paper'), 'x');
  await witness.click(inGuest('Alone.paper'));
  await witness.until(`opened ${inGuest('Alone.paper')}`);
  bridge = await connected(agent.port);
}, 60_000);

test('a file of the host opens in the guest and is not offered back', async () => {
  await opensHere('paper');
  const file = { documentId: '00000000000000fe', path: ['Mine.paper'] };
  const content = Buffer.from('x');
  await bridge.files.put(
    { ...file, sizeBytes: 1, modifiedMs: Date.UTC(2024, 1, 1), readOnly: false },
    (async function* () {
      yield content;
    })(),
  );
  expect((await bridge.files.open(file, { timeoutMs: 10_000 })).outcome).toBe('started');
  await waitFor('the program', () => witness.opened.find((line) => line.endsWith('Mine.paper')));
  expect(offers).toEqual([]);
  // By the letter of a shared folder, too, which is one of the host's.
  const wait = { timeoutMs: 10_000 };
  await bridge.shares.open({ documentId: file.documentId, drive: 'S', documents: false }, wait);
  for (const name of ['S:\\Mine.paper', 's:\\mine.PAPER']) {
    await witness.click(name);
    await waitFor('the program', () =>
      witness.opened.some((line) => line.toLowerCase() === `opened ${name}`.toLowerCase()),
    );
    witness.forget();
  }
  expect(offers).toEqual([]);
  await bridge.shares.close(file.documentId, wait);
}, 60_000);

test('what it takes it gives back as it was, also after it was killed', async () => {
  await opensHere();
  const all = async () => [await witness.registered('.paper'), await witness.registered('XPane.Loan.paper')];
  const before = await all();
  expect(before[1]).toContain('none');
  await opensHere('paper', 'fresh');
  expect(await witness.registered('XPane.Loan.paper')).toContain('A paper');
  expect(await witness.registered('.fresh')).toContain('XPane.Loan.fresh');
  const { loanId } = await lent('Survivor.paper');
  const { stamp } = await got(loanId);
  // Content on its way back when everything ends.
  await writeFile(join(folder, `~xpane-${loanId}.tmp`), 'half');
  const workers = (await agent.log()).split('listening on').length - 1;
  await agent.guest.shell('"$WINE" taskkill /F /IM xpane-agent.exe; sleep 0.3');
  await bridge.close();
  agent.guest.start('xpane-agent.exe', agentArguments());
  bridge = await connected(await listeningPort(agent.log, workers + 1));
  expect(await readdir(folder)).not.toContain(`~xpane-${loanId}.tmp`);
  await put(loanId, 'after all', stamp);
  expect(await readFile(join(folder, 'Survivor.paper'), 'utf8')).toBe('after all');
  await opensHere();
  // An attempt that was cut short.
  await witness.setRegistry(
    `[HKEY_CURRENT_USER\\Software\\XPane\\Loans\\Hidden]\n"cut"=""\n\n[${classes}\\XPane.Loan.cut\\shell]\n@="x"\n`,
  );
  await opensHere();
  await waitFor('its end', async () => (await witness.registered('XPane.Loan.cut')).includes('none'));
  await waitFor('all of it', async () => (await witness.registered('.fresh')).includes('none'));
  expect(await all()).toEqual(before);
}, 90_000);

test('a hostile program of the guest: floods are cut down, programs and other paths are not taken', async () => {
  await opensHere('paper', 'exe', 'lnk');
  expect(await witness.registered('.exe')).not.toContain('XPane');
  const strange = [
    'C:\\papers\\a.exe',
    'a.paper',
    '..\\a.paper',
    'C:\\papers\\a.txt',
    'C:\\papers\\a:b.paper',
    '\\a.paper',
  ];
  await witness.lendToHost(1, ...strange);
  expect(offers).toEqual([]);
  const begunMs = performance.now();
  await witness.lendToHost(1000, inGuest('Flood.paper'));
  await waitFor('the end', async () => (await agent.log()).includes('loans: too many in a short time'));
  await waitFor('an offer', () => offers[0]);
  expect(offers.length).toBeLessThanOrEqual(20 * Math.ceil((performance.now() - begunMs) / 10_000));
  expect(witness.opened).toEqual([]);
  await rm(folder, { recursive: true });
  expect(await code(got(offers[0]?.loanId ?? ''))).toBe('bridge.file-not-found');
}, 60_000);
