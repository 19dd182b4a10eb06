import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PrintDelivery, type PrintOutput } from '../../../../src/redirection/printing/print-delivery.ts';
import { PrintIntake, type PrintIntakeParts } from '../../../../src/redirection/printing/print-intake.ts';
import type { PrintNotice } from '../../../../src/redirection/printing/print-notice.ts';
import { PrintStore } from '../../../../src/redirection/printing/print-store.ts';
import { XPaneError } from '../../../../src/shared/errors.ts';
import { type Log, silentLog } from '../../../../src/shared/log.ts';

const first = '0000000000000001';
const second = '0000000000000002';
const postScript = '%!PS-Adobe-3.0\n%%BeginNonPPDFeature: NumCopies 2\n';

let folder: string;
let notices: PrintNotice[];
let printed: object[];
let output: PrintOutput;
const pdfs = () => join(folder, 'Documents/XPane');
const jobs = () => join(folder, 'printing');
const tell = (notice: PrintNotice) => void notices.push(notice);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-print-'));
  notices = [];
  printed = [];
  output = {
    toPdf: async (from, to) => writeFile(to, `%PDF of ${(await readFile(from)).length}`, { mode: 0o600 }),
    print: async (order) => void printed.push({ ...order, file: await readFile(order.file, 'utf8') }),
    pdfFolder: async () => pdfs(),
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = () => PrintStore.open(jobs(), silentLog);
const fetching = (content: string) => async (take: (chunk: Uint8Array) => Promise<void>) => {
  await take(Buffer.from(content));
  return { stamp: '', sizeBytes: content.length };
};
async function taken(store: PrintStore, jobId: string, printer?: string): Promise<void> {
  await store.take(
    { jobId, title: 'Letter.txt', sizeBytes: 1000, ...(printer ? { printer } : {}) },
    fetching(postScript),
  );
}
async function deliver(store: PrintStore): Promise<void> {
  const delivery = new PrintDelivery({ store, output, tell, log: silentLog });
  // Its own work comes first, so that this is the end of it.
  await new Promise((resolve) => setTimeout(resolve));
  while (store.open.length > 0 && notices.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await delivery.close();
}
const content = async () => (await readdir(pdfs()).catch(() => [])).sort();

describe('a job that is here', () => {
  test('becomes a PDF of the user’s own, beside what is there', async () => {
    const store = await opened();
    for (const id of [first, second]) await taken(store, id);
    const delivery = new PrintDelivery({ store, output, tell, log: silentLog });
    while (notices.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await delivery.close();
    expect(await content()).toEqual(['Letter (2).pdf', 'Letter.pdf']);
    expect((await stat(join(pdfs(), 'Letter.pdf'))).mode & 0o777).toBe(0o600);
    expect(notices[0]?.text).toContain(join(pdfs(), 'Letter.pdf'));
    // Only that they are done is remembered.
    expect(await readdir(jobs())).toEqual([`${first}.json`, `${second}.json`]);
    expect((await opened()).open).toEqual([]);
    expect((await opened()).has(first)).toBe(true);
  });

  test('goes to its printer, with title and copies', async () => {
    const store = await opened();
    await taken(store, first, 'Laser');
    await deliver(store);
    expect(printed).toEqual([
      { printer: 'Laser', title: 'Letter.txt', copies: 2, file: `%PDF of ${postScript.length}` },
    ]);
    expect(await content()).toEqual([]);
    expect(store.isDone(first)).toBe(true);
  });

  test('is kept as a PDF when the printer does not take it', async () => {
    output = {
      ...output,
      print: async () => Promise.reject(new XPaneError('printing.refused', 'No.', 'Look.')),
    };
    const store = await opened();
    await taken(store, first, 'Laser');
    await deliver(store);
    expect(await content()).toEqual(['Letter.pdf']);
    expect(notices).toMatchObject([{ kind: 'warning', text: expect.stringContaining('No.') }]);
  });

  test('is not printed twice when XPane ended while the printer got it', async () => {
    const store = await opened();
    await taken(store, first, 'Laser');
    const record = store.get(first);
    if (!record) throw new Error('no record');
    await output.toPdf(store.postScriptOf(first), store.pdfOf(first), AbortSignal.abort());
    await store.save({ ...record, stage: 'handing' });
    await deliver(await opened());
    expect(printed).toEqual([]);
    expect(await content()).toEqual(['Letter.pdf']);
    expect(notices).toMatchObject([{ kind: 'warning' }]);
  });

  test('is one file, whenever XPane ends while that gets its name', async () => {
    for (const [round, moment] of ['before its name', 'after its name', 'after all'].entries()) {
      const id = `000000000000010${round}`;
      const store = await opened();
      await taken(store, id);
      // The store that is killed: nothing is written from this moment on.
      const save = store.save.bind(store);
      const finish = store.finish.bind(store);
      const killed = () => Promise.reject(new Error(`killed ${moment}`));
      store.save = async (record) => {
        await save(record);
        if (round === 0) await killed();
      };
      store.finish = async (jobId) => {
        if (round === 2) await finish(jobId);
        await killed();
      };
      await deliver(store);
      notices = [];
      await deliver(await opened());
      expect(await content(), moment).toHaveLength(round + 1);
    }
    expect((await readdir(pdfs())).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('waits for the next start when XPane ends before its PDF is made', async () => {
    const store = await opened();
    await taken(store, first);
    const delivery = new PrintDelivery({
      ...{ store, tell, log: silentLog },
      output: {
        ...output,
        toPdf: (_from, _to, signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await delivery.close();
    expect(await content()).toEqual([]);
    await deliver(await opened());
    expect(await content()).toEqual(['Letter.pdf']);
  });

  test('that nobody can read is told of once', async () => {
    output = {
      ...output,
      toPdf: async () => Promise.reject(new XPaneError('printing.broken-job', 'Bad.', 'x')),
    };
    const store = await opened();
    await taken(store, first);
    await deliver(store);
    expect(notices).toMatchObject([{ kind: 'warning', title: 'Letter.txt was not printed' }]);
    expect((await opened()).open).toEqual([]);
  });
});

describe('a job that the guest has', () => {
  let done: string[];
  let contents: Record<string, string | Error>;
  let parts: Omit<PrintIntakeParts, 'store'>;
  let said: number;

  beforeEach(() => {
    done = [];
    said = 1000;
    contents = { [first]: postScript };
    const onTaken = () => undefined;
    parts = {
      guest: {
        done: (id) => void done.push(id),
        get: async (id, take) => {
          const found = contents[id];
          if (found === undefined || found instanceof Error) throw found ?? new Error('none');
          return await fetching(found)(take);
        },
      },
      ...{
        targetOf: () => ({ printer: undefined }),
        quota: { take: () => 'taken' },
        onTaken,
        tell,
        log: silentLog,
      },
    };
  });
  const offer = async (store: PrintStore, ...ids: string[]) => {
    const intake = new PrintIntake({ ...parts, store });
    for (const jobId of ids) intake.told({ jobId, printerId: 'p', title: 'Letter', sizeBytes: said });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await intake.close();
  };

  test('is the guest’s until it is on the medium here', async () => {
    const store = await opened();
    const records: number[] = [];
    parts = { ...parts, guest: { ...parts.guest, done: () => void records.push(store.open.length) } };
    await offer(store, first);
    expect(records).toEqual([1]);
    expect((await opened()).get(first)).toMatchObject({ title: 'Letter', copies: 2, stage: 'taken' });
  });

  test('is taken once, however often it is offered', async () => {
    let fetched = 0;
    const { get } = parts.guest;
    parts = {
      ...parts,
      guest: {
        ...parts.guest,
        get: (...args) => {
          fetched += 1;
          return get(...args);
        },
      },
    };
    await offer(await opened(), first);
    await offer(await opened(), first);
    const store = await opened();
    await store.finish(first);
    await offer(await opened(), first);
    expect({ fetched, done }).toEqual({ fetched: 1, done: [first, first, first] });
  });

  test('leaves nothing half when the connection ends, and comes at the next', async () => {
    contents[first] = new XPaneError('bridge.lost', 'Lost.', 'x');
    await offer(await opened(), first);
    expect({ done, left: await readdir(jobs()), notices }).toEqual({ done: [], left: [], notices: [] });
    contents[first] = postScript;
    await offer(await opened(), first);
    expect(done).toEqual([first]);
  });

  test('is refused when it is no PostScript, or more than was said', async () => {
    contents[first] = '%PDF-1.4 or anything else';
    await offer(await opened(), first);
    said = postScript.length - 1;
    contents[second] = postScript;
    await offer(await opened(), second);
    expect({ done, left: await readdir(jobs()) }).toEqual({ done: [first, second], left: [] });
    expect(notices).toHaveLength(2);
  });

  test('becomes a PDF when its printer is gone', async () => {
    parts = { ...parts, targetOf: () => null };
    await offer(await opened(), first);
    expect((await opened()).get(first)).toMatchObject({ stage: 'taken', jobId: first });
    expect((await opened()).get(first)?.printer).toBeUndefined();
  });

  test('waits there when there are too many, which is told once, and comes later', async () => {
    const answers = ['first-refused', 'refused', 'refused'] as const;
    let at = 0;
    parts = { ...parts, quota: { take: () => answers[at++] ?? 'taken' } };
    contents = { [first]: postScript, [second]: postScript };
    await offer(await opened(), first, second, '0000000000000003');
    expect({ done, notices: notices.length }).toEqual({ done: [], notices: 1 });
    await offer(await opened(), first, second);
    expect(done).toEqual([first, second]);
  });

  test('waits there when there is no room here, which is told once and never counted twice', async () => {
    const counted: number[] = [];
    const quota = {
      take: () => {
        counted.push(1);
        return 'taken' as const;
      },
    };
    const lines: unknown[] = [];
    const log = { ...silentLog, warn: (line: unknown) => void lines.push(line) } as Log;
    const intake = new PrintIntake({ ...parts, quota, log, store: await opened() });
    const job = { jobId: first, printerId: 'p', title: 'Letter', sizeBytes: 2 ** 50 };
    for (let round = 0; round < 3; round++) {
      intake.told(job);
      await intake.settled();
    }
    expect({ done, counted, notices: notices.length }).toEqual({ done: [], counted: [1], notices: 1 });
    expect(lines).toHaveLength(1);
    intake.told({ ...job, sizeBytes: 1000 });
    expect(intake.busy).toBe(true);
    await intake.settled();
    expect({ done, busy: intake.busy }).toEqual({ done: [first], busy: false });
    await intake.close();
  });

  test('waits there, too, when its record cannot be kept', async () => {
    const store = await opened();
    store.save = async () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await offer(store, first);
    expect(done).toEqual([]);
    expect(notices).toMatchObject([{ text: expect.stringContaining('no room') }]);
  });
});

test('a record that cannot be understood does not cost its pages', async () => {
  await taken(await opened(), first);
  await writeFile(join(jobs(), `${first}.json`), '{}');
  const kept = [`${first}.json.broken`, `${first}.ps`];
  for (let start = 0; start < 2; start++) {
    await opened();
    expect((await readdir(jobs())).sort()).toEqual(kept);
  }
});
