import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { bmpFromPicture, pictureFromDib } from '../../src/redirection/clipboard/dib.ts';
import { pictureFromPng, pngFromPicture } from '../../src/redirection/clipboard/png.ts';
import { filesOfUriList, uriListOf } from '../../src/shared/uri-list.ts';
import { ClipboardRig, utf16 } from './fixtures/clipboard-rig.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let rig: ClipboardRig;
beforeAll(async () => {
  rig = await ClipboardRig.start();
}, 120_000);
afterAll(() => rig?.stop());
beforeEach(async () => {
  rig.settings = rig.everything;
  Object.assign(rig.rules, { filesToGuest: 'all', filesFromGuest: 'all' });
  rig.notices.length = 0;
});

/** Of every plane, with combining marks and right-to-left letters. */
const everyPlane = 'a ß € ﷽ e\u0301 שלום 漢字 😀 𝄞 \u{2f81a} \u{e0041}\nsecond\tline\n';
/** One whose pixels all differ. */
const picture = {
  ...{ width: 61, height: 37, opaque: true },
  rgba: Buffer.from(
    Array.from({ length: 61 * 37 }, (_, i) => [(i * 7) % 256, (i * 13) % 256, i % 256, 255]).flat(),
  ),
};
const large = () => `${'0123456789abcde\n'.repeat((8 * 2 ** 20) / 16)}ö`;

test('a guest without the focus is told nothing and gets nothing, not even what it was offered', async () => {
  await rig.copy('UTF8_STRING', Buffer.from('secret of the host'));
  expect((await rig.pasteInGuest('text')).content).toBeUndefined();
  await rig.work();
  expect((await rig.pasted('text')).toString('utf16le')).toBe('secret of the host');
  await rig.copy('UTF8_STRING', Buffer.from('offered, but not read'));
  await rig.leave();
  expect((await rig.pasteInGuest('text')).content).toBeUndefined();
  await rig.copy('UTF8_STRING', Buffer.from('another secret'));
  const { content, ms } = await rig.pasteInGuest('text');
  expect(content).toBeUndefined();
  expect(ms).toBeLessThan(3_000);
});

test('text of every plane goes both ways', async () => {
  await rig.work();
  await rig.copy('UTF8_STRING', Buffer.from(everyPlane));
  expect((await rig.pasted('text')).toString('utf16le')).toBe(everyPlane.replaceAll('\n', '\r\n'));
  await rig.copyInGuest('text', utf16(everyPlane.replaceAll('\n', '\r\n')));
  expect(String(await rig.paste('UTF8_STRING'))).toBe(everyPlane);
  expect((await rig.paste('STRING')).toString('latin1')).toMatch(/^a ß \? /);
  // What is the guest's own is not offered back to it.
  expect((await rig.pasteInGuest('text')).content?.toString('utf16le')).toContain('😀');
});

test('8 MiB of text go both ways, in pieces', async () => {
  await rig.work();
  const text = large();
  await rig.copy('UTF8_STRING', Buffer.from(text));
  expect((await rig.pasted('text')).toString('utf16le').replaceAll('\r\n', '\n') === text).toBe(true);
  await rig.copyInGuest('text', utf16(`${text}!`));
  expect(String(await rig.paste('UTF8_STRING')) === `${text}!`).toBe(true);
});

test('formatted text and pictures go both ways', async () => {
  await rig.work();
  await rig.copy('text/html', Buffer.from('<b>bold ü</b>'));
  const html = String(await rig.pasted('html'));
  expect(html).toContain('<!--StartFragment--><b>bold ü</b><!--EndFragment-->');
  await rig.copyInGuest('html', Buffer.from(html));
  expect(String(await rig.paste('text/html'))).toContain('<b>bold ü</b>');
  await rig.copy('text/rtf', Buffer.from('{\\rtf1 rich}'));
  const rtf = await rig.pasted('rtf');
  expect(String(rtf).replace(/\0+$/, '')).toBe('{\\rtf1 rich}');
  await rig.copyInGuest('rtf', rtf);
  expect(String(await rig.paste('text/rtf'))).toBe('{\\rtf1 rich}');

  await rig.copy('image/png', await pngFromPicture(picture));
  const dib = await rig.pasted('dib');
  expect(await pictureFromDib(dib)).toEqual(picture);
  await rig.copyInGuest('dib', dib);
  expect(await pictureFromPng(await rig.paste('image/png'))).toEqual(picture);
  expect(await rig.paste('image/bmp')).toEqual(await bmpFromPicture(picture));
  expect(await rig.targets()).toEqual(
    expect.arrayContaining(['TARGETS', 'TIMESTAMP', 'MULTIPLE', 'image/png']),
  );
});

test('copied files and folders come into the guest when they are pasted there', async () => {
  await rig.work();
  const content = Buffer.alloc(20 * 2 ** 20, 'large ');
  const [one, two] = [rig.hostFile('Brief ü.txt', 'of the host'), rig.hostFile('large.bin', content)];
  rig.hostFile('folder/inner/b.txt', 'inner');
  const folder = join(rig.home, 'folder');
  await rig.copy('text/uri-list', Buffer.from(uriListOf([one, two, folder])));
  const pasted = await waitFor('the files', () => rig.pasteFilesInGuest());
  expect(pasted.effect).toBe(1);
  expect(pasted.paths.map((path) => path.split('\\').at(-1))).toEqual(['Brief ü.txt', 'large.bin', 'folder']);
  expect(pasted.paths[0]).toMatch(/^[A-Z]:\\.*\\XPane\\Files\\[0-9a-f]{16}\\Brief ü\.txt$/);
  expect(String(pasted.contents[0])).toBe('of the host');
  expect(rig.awake).toEqual({ held: 0, times: 1 });
  expect(pasted.contents[1]?.equals(content)).toBe(true);
  const there = [...rig.whole.bridge.files.files.values()].map(({ path }) => path.join('/'));
  expect(there).toContain('folder/inner/b.txt');

  // As Nautilus says that they were cut.
  const gnome = Buffer.from(`cut\n${uriListOf([one]).trim()}`);
  await rig.copy('x-special/gnome-copied-files', gnome);
  await waitFor('the one file', async () => (await rig.pasteFilesInGuest())?.paths.length === 1);
  expect(readFileSync(one, 'utf8')).toBe('of the host');

  await rig.copy('text/uri-list', Buffer.from(uriListOf([rig.hostFile('setup.exe', 'MZ')])));
  await waitFor('the refusal', async () => {
    await rig.pasteInGuest('files');
    return rig.notices.length > 0;
  });
  expect(rig.notices[0]?.title).toBe('Copied files were not pasted');
});

test('files that were copied in the guest come when they are pasted here', async () => {
  const one = rig.guestFile('Letter ü.txt', 'of the guest');
  rig.guestFile('copied/inner/b.txt', 'inner');
  rig.guestFile('copied/setup.exe', 'MZ');
  rig.guestFile('copied/secret/c.txt', 'of another user');
  const secret = join(rig.whole.agent.guest.shared, 'copied/secret');
  chmodSync(secret, 0);
  onTestFinished(() => chmodSync(secret, 0o700));
  await rig.copyFilesInGuest(one, 'Z:\\run\\xpane\\copied');
  const targets = await rig.targets();
  expect(targets).toEqual(expect.arrayContaining(['text/uri-list', 'x-special/gnome-copied-files']));
  expect(readdirSync(rig.home)).not.toContain('copied');
  const [letter = '', folder = ''] = filesOfUriList(String(await rig.paste('text/uri-list')));
  expect([basename(letter), basename(folder)]).toEqual(['Letter ü.txt', 'copied']);
  await rig.reopenFiles();
  expect(readFileSync(letter, 'utf8')).toBe('of the guest');
  expect(readFileSync(join(folder, 'inner/b.txt'), 'utf8')).toBe('inner');
  expect(readdirSync(folder)).toEqual(['inner']);
  expect(rig.notices.map(({ title }) => title)).toEqual(['2 copied files were not pasted']);
  expect(rig.notices[0]?.text).toMatch(/^setup\.exe, secret\./);
  const gnome = String(await rig.paste('x-special/gnome-copied-files'));
  expect(gnome).toBe(`copy\n${uriListOf([letter, folder]).trim().replace('\r\n', '\n')}`);

  rig.settings = { ...rig.everything, clipboardFromGuest: 'text' };
  expect(await rig.targets()).not.toContain('text/uri-list');
  rig.settings = { ...rig.everything, clipboardFromGuest: 'max=1K' };
  await rig.copyFilesInGuest(rig.guestFile('large.txt', 'x'.repeat(1025)));
  expect(await rig.paste('text/uri-list')).toHaveLength(0);
  expect(rig.notices.at(-1)?.title).toBe('Copied files were not pasted');
});

test('the settings say what may cross', async () => {
  await rig.work();
  rig.settings = { ...rig.everything, clipboardToGuest: 'text,max=1K', clipboardFromGuest: 'none' };
  await rig.copy('image/png', await pngFromPicture(picture));
  await rig.copy('UTF8_STRING', Buffer.from('few'));
  expect((await rig.pasted('text')).toString('utf16le')).toBe('few');
  expect((await rig.pasteInGuest('dib')).content).toBeUndefined();
  await rig.copy('UTF8_STRING', Buffer.from('x'.repeat(1025)));
  await waitFor('nothing', async () => (await rig.pasteInGuest('text')).content === undefined);
  await rig.witness('flood', '2').exited();
  expect(String(await rig.paste('UTF8_STRING'))).toBe('x'.repeat(1025));
});

test('what a guest without the focus copies stays there, and floods are bounded', async () => {
  await rig.work();
  await rig.leave();
  await rig.copy('UTF8_STRING', Buffer.from('of the host'));
  rig.afterglow();
  const taken = vi.spyOn(rig.host, 'take');
  let offers = 0;
  const stop = rig.whole.bridge.on('clipboardOffer', () => offers++);
  await rig.witness('flood', '20').exited();
  await waitFor('the guest’s word', () => offers > 0);
  expect(taken).not.toHaveBeenCalled();
  taken.mockRestore();
  stop();
  expect(String(await rig.paste('UTF8_STRING'))).toBe('of the host');
  await rig.work();
  const { serial } = rig.host;
  const begun = performance.now();
  await rig.witness('flood', '500').exited();
  await waitFor('the last one', async () => String(await rig.paste('UTF8_STRING')) === 'flood 1');
  expect(rig.host.serial - serial).toBeLessThan((performance.now() - begun) / 100 + 3);
});

test('programs of the guest that die or hang while the host pastes cost nobody more than a moment', async () => {
  await rig.work();
  await rig.copyInGuest('text', Buffer.alloc(0), 'die');
  expect(await rig.paste('UTF8_STRING')).toHaveLength(0);
  await rig.copyInGuest('text', utf16('late'), 'late');
  expect(String(await rig.paste('UTF8_STRING'))).toBe('late');
  await rig.copyInGuest('text', Buffer.alloc(0), 'hang');
  const begun = performance.now();
  expect(await rig.paste('text/plain;charset=utf-8')).toHaveLength(0);
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test('a program of the guest that pastes does not wait for a host that is gone', async () => {
  await rig.whole.agent.guest.shell('"$WINE" taskkill /F /IM clipboard-witness.exe');
  const { bridge } = rig.whole;
  const asked = Promise.withResolvers<void>();
  let isAsked = false;
  bridge.clipboard.offer(['text'], async () => {
    isAsked = true;
    asked.resolve();
    return await new Promise(() => undefined);
  });
  const pasted = waitFor('the offer in the guest', async () => {
    const { ms } = await rig.pasteInGuest('text');
    return isAsked ? { ms } : undefined;
  });
  await asked.promise;
  await bridge.close();
  expect((await pasted).ms).toBeLessThan(3_000);
});
