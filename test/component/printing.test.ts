import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { hostPrinters } from '../../src/integration/printing/host-printers.ts';
import { postScriptToPdf } from '../../src/integration/printing/postscript-to-pdf.ts';
import type { PrintNotice } from '../../src/redirection/printing/print-notice.ts';
import { PrintingCare } from '../../src/service/printing/printing-care.ts';
import type { WorkspacePrinting } from '../../src/service/printing/workspace-printing.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Settings } from '../../src/workspace/settings-schema.ts';
import { type Cups, startCups } from './fixtures/cups.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { until } from './fixtures/until.ts';

const run = promisify(execFile);
const patienceMs = 20_000;
const pressAgainMs = 3000;
const textOf = async (pdf: string) => (await run('pdftotext', ['-layout', pdf, '-'])).stdout;

/** The real agent with programs of the built-in guest, a real cupsd, ghostscript in its sandbox. */
describe('printing in the guest', () => {
  let agent: RunningAgent;
  let cups: Cups;
  let home: string;
  let care: PrintingCare;
  let printing: WorkspacePrinting;
  let bridge: GuestBridge;
  let setting: Settings['printing'] = 'default';
  const notices: PrintNotice[] = [];

  const documents = () => join(home, 'Documents/XPane');
  const pdfs = async () =>
    (await readdir(documents()).catch(() => [])).filter((name) => !name.startsWith('.'));
  const key = (...keys: string[]) =>
    run('xdotool', ['key', ...keys], { env: { ...process.env, DISPLAY: agent.guest.display } });
  const windowOf = (title: string) => [...bridge.model.windows.values()].find((one) => one.title === title);
  const shows = (title: string) => until(title, patienceMs, async () => windowOf(title) !== undefined);
  const gone = (title: string) => until(`no ${title}`, patienceMs, async () => windowOf(title) === undefined);

  /** A new connection: the guest is told which printers there are. */
  async function connect(printers: number): Promise<void> {
    const told = async () => [
      ...(await agent.log()).matchAll(new RegExp(`printing: ${printers} printers$`, 'gm')),
    ];
    const before = (await told()).length;
    const endpoint = { kind: 'tcp', host: '127.0.0.1', port: agent.port } as const;
    bridge = new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
    printing.adopt(bridge);
    await bridge.ready({ timeoutMs: patienceMs });
    await until('the printers', patienceMs, async () => (await told()).length > before);
  }

  /**
   * A program that has just begun loses keys now and then, though its window is in front (WordPad of Wine 8): they are
   * pressed again then, which does no harm, as the dialog takes no accelerators.
   */
  async function openPrintDialog(): Promise<void> {
    let pressedMs = Number.NEGATIVE_INFINITY;
    const isOpen = async () => {
      if (windowOf('Print')) return true;
      if (performance.now() - pressedMs < pressAgainMs) return false;
      pressedMs = performance.now();
      await key('ctrl+p');
      return false;
    };
    const titles = () => [...bridge.model.windows.values()].map(({ title }) => title).join(', ');
    await until('Print', patienceMs, isOpen).catch((error: unknown) => {
      throw new Error(`no window "Print" among ${titles()}`, { cause: error });
    });
  }

  /** Opens a text with a program of the guest, prints it by keyboard on the usual printer, and closes the program. */
  async function print(program: string, title: string, name: string, text: string): Promise<void> {
    await writeFile(join(agent.guest.shared, name), text);
    const process = agent.guest.start(program, [`Z:\\run\\xpane\\${name}`]);
    await shows(title);
    const isActive = async () => bridge.model.desktop.activeId === windowOf(title)?.windowId;
    await until(`${title} in front`, patienceMs, isActive);
    await openPrintDialog();
    await key('Return');
    await gone('Print');
    bridge.send({ type: 'window-close', windowId: windowOf(title)?.windowId ?? 0 });
    await process.exited();
  }
  const notepad = (name: string, text: string) =>
    print('C:\\windows\\system32\\notepad.exe', `${name} - Notepad`, name, text);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'xpane-print-'));
    [agent, cups] = await Promise.all([startAgent(), startCups('Office_Laser')]);
    care = new PrintingCare({
      ...process.env,
      ...cups.env,
      HOME: home,
      XDG_CONFIG_HOME: '',
      XDG_DOCUMENTS_DIR: '',
    });
    const tell = (notice: PrintNotice) => void notices.push(notice);
    const context = { workspaceName: 'Office', setting: () => setting, tell };
    const end = { leavesNothing: () => false, onChange: () => undefined };
    const joined = await care.join(home, { ...context, ...end }, silentLog);
    if (!joined) throw new Error('no printing');
    printing = joined;
    await connect(2);
  }, 60_000);
  afterAll(async () => {
    await bridge?.close();
    await care?.close();
    await Promise.all([agent?.stop(), cups?.stop()]);
    await rm(home, { recursive: true, force: true });
  });

  it('reaches the usual printer of CUPS, with its text and title', async () => {
    await notepad('Letter.txt', 'Dear Sir,\r\nthis page is for the printer.\r\n');
    await until('the page', patienceMs, async () => (await cups.printed()).length === 1);
    const [page = ''] = await cups.printed();
    expect(await textOf(page)).toMatch(/Dear Sir,\n\s*this page is for the printer\./);
    expect(await cups.titles()).toEqual([expect.stringMatching(/Letter\.txt x1$/)]);
    await until('the word of it', patienceMs, async () => notices.length > 0);
    expect(notices).toMatchObject([{ kind: 'information', title: 'Office: Printed' }]);
  });

  it('takes WordPad’s page, too', async () => {
    // Of Wine 8 an empty one: its rich text does not print yet (EM_FORMATRANGE).
    await print(
      'C:\\Program Files\\Windows NT\\Accessories\\wordpad.exe',
      ...(['Report.rtf - Wine Wordpad', 'Report.rtf', '{\\rtf1\\ansi One page.\\par}'] as const),
    );
    await until('the page', patienceMs, async () => (await cups.printed()).length === 2);
    const [, page = ''] = await cups.printed();
    expect((await run('pdfinfo', [page])).stdout).toMatch(/^Pages:\s+1$/m);
    expect((await cups.titles())[1]).toMatch(/Report\.rtf x1$/);
  });

  it('knows printers that are not there from a server that rests', async () => {
    expect(await hostPrinters({ ...process.env, ...cups.env })).toEqual({
      names: [cups.queue],
      usual: cups.queue,
      complete: true,
    });
    const resting = { ...process.env, CUPS_SERVER: join(home, 'no-server') };
    expect(await hostPrinters(resting)).toEqual({ names: [], usual: undefined, complete: false });
  });

  it('keeps what is printed without a host, and makes a PDF of it once one is back', async () => {
    setting = 'pdf';
    await bridge.close();
    await connect(1);
    // From here on nobody takes what the guest tells of.
    const { get } = bridge.printing;
    bridge.printing.get = async () => Promise.reject(new Error('nobody takes it'));
    await notepad('Kept.txt', 'Kept in the guest.\r\n');
    await until('the job', patienceMs, async () => bridge.printing.jobs.size === 1);
    expect(await pdfs()).toEqual([]);
    bridge.printing.get = get;
    await bridge.close();
    const endpoint = { kind: 'tcp', host: '127.0.0.1', port: agent.port } as const;
    bridge = new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
    printing.adopt(bridge);
    await until('the PDF', patienceMs, async () => (await pdfs()).length === 1);
    expect(await pdfs()).toEqual(['Kept.pdf']);
    expect(await textOf(join(documents(), 'Kept.pdf'))).toContain('Kept in the guest.');
    expect((await stat(join(documents(), 'Kept.pdf'))).mode & 0o777).toBe(0o600);
    await until('no job', patienceMs, async () => bridge.printing.jobs.size === 0);
    const spooled = await agent.guest.shell("find /opt/prefix/drive_c/users -name '*.ps'");
    expect(spooled.output).toBe('');
  });

  it('leaves no printer when it is switched off', async () => {
    setting = 'off';
    await bridge.close();
    await connect(0);
    const key = 'HKLM\\System\\CurrentControlSet\\Control\\Print\\Printers';
    const listed = await agent.guest.shell(`"$WINE" reg query '${key}' /s`);
    expect(listed.output).toContain('DefaultSpoolDirectory');
    expect(listed.output).not.toContain('XPane');
    const ports = await agent.guest.shell(`"$WINE" reg query 'HKCU\\Software\\Wine\\Printing\\Spooler'`);
    expect(ports.output).not.toContain('XPANE');
  });
});

describe('PostScript of a guest', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xpane-ps-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const convert = async (program: string) => {
    const source = join(folder, 'job.ps');
    await writeFile(source, `%!PS\n${program}\n`);
    const pdf = join(folder, 'job.pdf');
    await postScriptToPdf(source, pdf, AbortSignal.timeout(patienceMs));
    return await textOf(pdf);
  };
  /** A line that shows what becomes of a piece of program that does what it should not. */
  const shown = (attempt: string, line: number) =>
    `72 ${700 - line * 20} moveto { ${attempt} } stopped {(refused) show} {(DONE) show} ifelse`;

  it('becomes a PDF', async () => {
    expect(await convert('/Courier 12 selectfont 72 700 moveto (A page) show showpage')).toContain('A page');
  });

  it('reads no file of the user, writes none, and starts nothing', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 'secret');
    const attempts = [
      `(${secret}) (r) file pop`,
      '(/etc/passwd) (r) file pop',
      `(${folder}/new) (w) file pop`,
      '(%pipe%id) (r) file pop',
      `(${secret}) deletefile`,
      '(/out/job.pdf) (w) file pop',
      '(/dev/stdout) (w) file pop',
      '(/proc/self/fd/1) (w) file pop',
    ].map(shown);
    const text = await convert(`/Courier 12 selectfont ${attempts.join('\n')} showpage`);
    expect(text.split(/\s+/).filter((word) => word !== '')).toEqual(attempts.map(() => 'refused'));
    expect((await readdir(folder)).sort()).toEqual(['job.pdf', 'job.ps', 'secret']);
  });

  it('has no say in what else is in its PDF, and no more room than there is', async () => {
    const text = await convert(
      [
        '(%stdout) (w) file (said) writestring (said) print flush',
        '/Courier 12 selectfont 72 700 moveto (A page) show showpage',
        '(/tmp/job.pdf) (w) file dup (%PDF-own) writestring closefile',
        '(/tmp/other) (w) file closefile (/tmp/other) (/tmp/job.pdf) renamefile',
      ].join('\n'),
    );
    expect(text.trim()).toBe('A page');
    expect(await readFile(join(folder, 'job.pdf'), 'latin1')).not.toContain('said');
    const fill =
      '/s 65535 string def 0 1 4 { (/tmp/many0) dup 9 4 -1 roll 48 add put (w) file 1024 { dup s writestring } repeat flushfile } for';
    await expect(convert(`${fill} showpage`)).rejects.toMatchObject({ code: 'printing.broken-job' });
    expect((await readdir(folder)).sort()).toEqual(['job.ps', 'secret']);
  });

  it('puts no options for CUPS into its PDF', async () => {
    const embed = '[ /XML (\\n%cupsJobTicket: copies=9\\n) /Ext_Metadata pdfmark showpage';
    await expect(convert(embed)).rejects.toMatchObject({ code: 'printing.broken-job' });
    expect((await readdir(folder)).sort()).toEqual(['job.ps', 'secret']);
  });

  it('that cannot be read, or never ends, leaves nothing', async () => {
    await rm(join(folder, 'job.pdf'), { force: true });
    await expect(convert('nonsense showpage')).rejects.toMatchObject({ code: 'printing.broken-job' });
    const source = join(folder, 'job.ps');
    await writeFile(source, '%!PS\n{} loop\n');
    const ended = postScriptToPdf(source, join(folder, 'job.pdf'), AbortSignal.timeout(500));
    await expect(ended).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await readdir(folder)).sort()).toEqual(['job.ps', 'secret']);
  });
});
