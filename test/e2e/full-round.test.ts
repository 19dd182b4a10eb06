import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Site, startSite } from '../component/fixtures/browser/loopback-site.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from '../component/fixtures/x-desktop.ts';
import { Painter } from './fixtures/painter.ts';
import { type Browsing, startBrowsing } from './fixtures/user-browser.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

const patienceMs = 30_000;
const pictures = process.env.XPANE_TEST_PICTURES;

/**
 * A user's day in the built-in guest, with real programs on both sides: pcmanfm, mtPaint and Chromium here, Notepad,
 * WordPad and the command prompt there. XPANE_TEST_PICTURES names a folder for a picture of each step.
 */
describe('the full round', () => {
  let desktop: XDesktop;
  let run: XPaneRun;
  let site: Site;
  let browsing: Browsing;
  let folder: string;
  const painters: Painter[] = [];
  let letters: string;

  const variables = () => ({
    ...{ HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') },
    ...{ XPANE_URLS_FROM_GUEST: 'rules', XPANE_PRINTING: 'pdf', XPANE_INTEGRATION: 'on' },
  });
  const titled = (title: RegExp) => desktop.waitForWindow((each) => title.test(each.title), patienceMs);
  const picture = async (name: string) => {
    if (pictures) await desktop.savePng(join(pictures, `${name}.png`));
  };

  async function painter(file: string): Promise<Painter> {
    const opened = await Painter.open(desktop, file, run.env);
    painters.push(opened);
    return opened;
  }

  /** In front, with the keyboard: a window that has just come may not take keys yet. */
  async function workIn(window: XWindow): Promise<void> {
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    const { x, y, width, height } = await desktop.contentOf(window.id);
    await desktop.click({ x: x + Math.round(width / 2), y: y + Math.round(height * 0.7) });
  }

  /** Presses keys until what they do is seen; they may be pressed twice. */
  async function pressUntil<T>(
    keys: readonly string[],
    what: string,
    probe: () => Promise<T | undefined>,
  ): Promise<T> {
    let pressedMs = Number.NEGATIVE_INFINITY;
    const seen = async () => {
      // Pressed before the first look: what is there already is not the work of these keys.
      if (performance.now() - pressedMs >= 3_000) {
        await desktop.key(...keys);
        pressedMs = performance.now();
      }
      return await probe();
    };
    return await waitFor(what, seen, patienceMs);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xpane-round-'));
    letters = join(folder, 'Letters');
    for (const each of [letters, join(folder, 'config')]) await mkdir(each, { recursive: true });
    if (pictures) await mkdir(pictures, { recursive: true });
    [desktop, site] = await Promise.all([startXDesktop({ size: { width: 1280, height: 900 } }), startSite()]);
    run = await XPaneRun.prepare({ backend: 'sandbox', env: { ...desktop.env, ...variables() } });
    await mkdir(join(run.home, 'config'), { recursive: true });
    const rules = ['guest *.office.test', 'host news.test'];
    await writeFile(join(run.home, 'config/url-rules.txt'), rules.join('\n'));
    await run.ok('start');
    browsing = await startBrowsing(run, folder, site.port);
  });
  afterAll(async () => {
    for (const each of painters) await each.stop();
    // A link that still comes from the guest would start a browser of its own.
    await run?.xpane('stop', '--force');
    await browsing?.stop();
    await run?.stop();
    await Promise.all([desktop?.stop(), site?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const { id, title } of await desktop.windows()) {
      if (title.startsWith('[XP]')) await desktop.tool('xdotool', 'windowclose', String(id));
    }
    const rest = async () => (await desktop.windows()).every(({ title }) => !title.startsWith('[XP]'));
    await waitFor('no window of the guest', rest, patienceMs);
  });

  it('a text, from a double click in the file manager to Notepad and back', async () => {
    const file = join(letters, 'My letter.txt');
    await writeFile(file, 'Dear host');
    const applications = join(folder, 'data/applications');
    const notepad = await waitFor('Notepad in the desktop', async () => {
      // Others come and go beside it: temporary ones before they have their names.
      for (const id of await readdir(applications).catch(() => []))
        if (
          (await readFile(join(applications, id), 'utf8').catch(() => '')).includes('\nName=Notepad\n') &&
          id.endsWith('.desktop')
        )
          return id;
      return undefined;
    });
    await desktop.tool('env', `HOME=${folder}`, ...xdg(), 'gio', 'mime', 'text/plain', notepad);
    const manager = desktop.start('pcmanfm', ['--no-desktop', letters], run.env);
    onTestFinished(() => void manager.kill());
    const { content } = await titled(/^Letters$/);
    // The only file is the first of the view, right of the places and below the bars.
    const place = { x: content.x + 206, y: content.y + 96 };
    const icon = async () =>
      new Set((await desktop.screenshot({ ...place, width: 30, height: 20 })).bgrx).size > 8;
    await waitFor('its icon', icon);
    await picture('1-file-manager');
    await desktop.doubleClick(place);
    await workIn(await titled(/^\[XP\] My letter(\.txt)? - Notepad$/));
    await desktop.key('ctrl+End');
    await desktop.type(', edited in Notepad');
    await desktop.key('ctrl+s');
    const edited = async () => (await readFile(file, 'utf8')) === 'Dear host, edited in Notepad';
    await waitFor('the text', edited, patienceMs);
    await picture('2-notepad');
  });

  it('a page of it printed to a PDF', async () => {
    await run.ok('open', '--wait', '--with', 'Notepad', join(letters, 'My letter.txt'));
    const window = await titled(/^\[XP\] My letter(\.txt)? - Notepad$/);
    await workIn(window);
    const dialog = async () => (await desktop.windows()).find(({ title }) => title === '[XP] Print');
    await pressUntil(['ctrl+p'], 'the dialog', dialog);
    await picture('3-print');
    const documents = join(folder, 'Documents/XPane');
    const pdfs = async () =>
      (await readdir(documents).catch(() => [])).find((name) => /^[^.].*\.pdf$/.test(name));
    const pdf = await pressUntil(['Return'], 'the PDF', pdfs);
    const text = await promisify(execFile)('pdftotext', ['-layout', join(documents, pdf), '-']);
    expect(text.stdout).toContain('Dear host, edited in Notepad');
  });

  it('a bitmap, from mtPaint to WordPad and back', async () => {
    const original = join(letters, 'original.png');
    await writeFile(original, pngOf(colours(61, 37)));
    const first = await painter(original);
    await first.copyAll();
    await picture('4-mtpaint');
    await run.ok('launch', 'WordPad');
    const wordpad = await titled(/Wordpad$/);
    // Wine 8 shows metafiles blank, those of files as well: what is seen of it is the place of the cursor behind it.
    const cursor = async () => {
      const { x, y, width, height } = await desktop.contentOf(wordpad.id);
      const { bgrx } = await desktop.screenshot({ x, y: y + height - 18, width: width / 2, height: 16 });
      return bgrx.toString('latin1');
    };
    const empty = await cursor();
    await workIn(wordpad);
    let [before, sinceMs] = [empty, performance.now()];
    const rested = async () => {
      const look = await cursor();
      if (look !== before) [before, sinceMs] = [look, performance.now()];
      return before !== empty && performance.now() - sinceMs > 300;
    };
    await waitFor('the cursor, at rest', rested, patienceMs);
    await pressUntil(
      ['ctrl+v'],
      'the picture in WordPad',
      async () => (await cursor()) !== before || undefined,
    );
    await picture('5-wordpad');
    const targets = () => desktop.tool('xclip', '-selection', 'clipboard', '-o', '-t', 'TARGETS');
    const isOfGuest = async () => /rtf.*image\/png/s.test(await targets().catch(() => ''));
    await pressUntil(
      ['ctrl+a', 'ctrl+c'],
      'the picture on the clipboard',
      async () => (await isOfGuest()) || undefined,
    );
    await first.stop();
    const pasted = join(letters, 'pasted.png');
    const white = new PNG({ width: 61, height: 37 });
    await writeFile(pasted, pngOf(white));
    const second = await painter(pasted);
    const pixelsOf = async (file: string) => PNG.sync.read(await readFile(file)).data;
    await second.pasteAndSave(() => picture('6-mtpaint-again'));
    // A file that is just being saved is no picture.
    const isSame = async () =>
      (await pixelsOf(pasted).catch(() => white.data)).equals(await pixelsOf(original));
    await waitFor('the same pixels', isSame, patienceMs);
  });

  it('a link clicked in Chromium that opens in the guest', async () => {
    const tab = await browsing.chromium.openTab('http://news.test/');
    await tab.until('site news.test/ GET');
    site.asked.length = 0;
    await tab.evaluate(
      `document.body.innerHTML = '<a id=link href="http://shop.office.test/cart">To the shop</a>'`,
    );
    await tab.click('#link');
    await tab.until(/This page is open in Windows XP, in “Built-in guest”/);
    const explorer = await titled(/^\[XP\] .*Internet Explorer/);
    const drawn = async () =>
      new Set((await desktop.screenshot(await desktop.contentOf(explorer.id))).bgrx).size > 8;
    await waitFor('its pixels', drawn, patienceMs);
    await picture('7-link-to-guest');
    expect(site.asked).toEqual([]);
  });

  it('a link of the guest that opens in Chromium', async () => {
    await run.ok('launch', 'Command Prompt');
    await workIn(await titled(/^\[XP\] .*(cmd|Command Prompt)/i));
    await desktop.type('start http://news.test/from-the-guest');
    await desktop.key('Return');
    const there = async () =>
      (await browsing.chromium.targets()).some(({ url }) => url === 'http://news.test/from-the-guest');
    await waitFor('the tab', there, patienceMs);
    await waitFor('its page', () => site.asked.includes('GET news.test/from-the-guest'), patienceMs);
    const chromium = await titled(/Chromium/);
    await waitFor('its text', async () => await isWritten(chromium), patienceMs);
    await picture('8-link-to-chromium');
  });

  /** A page of dark text on white, below the bars. */
  async function isWritten({ id }: XWindow): Promise<boolean> {
    const { x, y } = await desktop.contentOf(id);
    const { bgrx } = await desktop.screenshot({ x, y: y + 95, width: 300, height: 60 });
    return bgrx.some((value) => value < 64);
  }

  const xdg = () => [`XDG_DATA_HOME=${folder}/data`, `XDG_CONFIG_HOME=${folder}/config`];
});

/** No two rows or columns are the same. */
function colours(width: number, height: number): PNG {
  const png = new PNG({ width, height });
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    png.data.set([x * 4, y * 6, (x * y) % 256, 255], at * 4);
  }
  return png;
}

/** Without transparency, which mtPaint would keep as a channel of its own. */
const pngOf = (png: PNG) => PNG.sync.write(png, { colorType: 2, inputHasAlpha: true });
