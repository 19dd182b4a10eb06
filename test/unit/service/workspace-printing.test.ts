import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuestPrintJob, OfferedPrinter } from '../../../src/guest-bridge/guest-printing.ts';
import type { PrintOutput } from '../../../src/redirection/printing/print-delivery.ts';
import type { GuestEnd } from '../../../src/service/guest-end.ts';
import { PrintingCare } from '../../../src/service/printing/printing-care.ts';
import {
  type PrintingBridge,
  type PrintingContext,
  WorkspacePrinting,
} from '../../../src/service/printing/workspace-printing.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { silentLog } from '../../../src/shared/log.ts';

const patienceMs = 10_000;
const job: GuestPrintJob = {
  ...{ jobId: '0000000000000001', printerId: '0000000000000002', title: 'Letter', sizeBytes: 11 },
};

let folder: string;
let printing: WorkspacePrinting | undefined;
let told: string[];
let context: PrintingContext;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-print-'));
  told = [];
  context = {
    workspaceName: 'Office',
    setting: () => 'default',
    tell: ({ title }) => void told.push(title),
    leavesNothing: () => true,
    onChange: () => undefined,
  };
});
afterEach(async () => {
  await printing?.close();
  printing = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** A guest with one job, whose content is `get`. */
function guest(get: PrintingBridge['printing']['get']) {
  const events = new EventEmitter();
  const jobs = new Map<string, GuestPrintJob>();
  const offers: OfferedPrinter[][] = [];
  const bridge = {
    state: 'ready',
    printing: {
      jobs,
      get,
      done: (id: string) => void jobs.delete(id),
      offer: (printers: readonly OfferedPrinter[]) => offers.push([...printers]) > 0,
    },
    on: (event: string, listener: (...args: unknown[]) => void) => {
      events.on(event, listener);
      return () => undefined;
    },
  } as PrintingBridge;
  const ready = async () => {
    const before = offers.length;
    events.emit('ready');
    await expect.poll(() => offers.length, { timeout: patienceMs }).toBeGreaterThan(before);
  };
  return { bridge, jobs, offers, ready, told: () => events.emit('printJob', job) };
}

const postScript: PrintingBridge['printing']['get'] = async (_id, take) => {
  await take(Buffer.from('%!PS\nnormal'));
  return { stamp: '', sizeBytes: 11 };
};

async function opened(
  print = async () => undefined as undefined,
  toPdf: PrintOutput['toPdf'] = async (_from, to) => writeFile(to, '%PDF-'),
) {
  printing = await WorkspacePrinting.open(
    {
      folder: join(folder, 'printing'),
      output: {
        toPdf,
        print,
        pdfFolder: async () => join(folder, 'Documents'),
      },
      env: { PATH: `${folder}:${process.env.PATH}` },
      log: silentLog,
    },
    context,
  );
  return printing;
}

/** CUPS with one printer, or without an answer. */
async function lpstat(state: 'running' | 'resting'): Promise<void> {
  const answers = {
    running:
      'case $1 in -r) echo scheduler is running;; -e) echo Laser;; *) echo system default destination: Laser;; esac',
    resting: 'case $1 in -r) echo scheduler is not running;; esac',
  };
  await writeFile(join(folder, 'lpstat'), `#!/bin/sh\n${answers[state]}\n`);
  await chmod(join(folder, 'lpstat'), 0o755);
}

test('a server of CUPS that rests takes no printer from the guest', async () => {
  await lpstat('running');
  const { bridge, offers, ready } = guest(postScript);
  (await opened()).adopt(bridge);
  await ready();
  await lpstat('resting');
  await ready();
  expect(offers.map((list) => list.map(({ name }) => name))).toEqual([
    ['Laser (XPane)', 'PDF file (XPane)'],
    ['Laser (XPane)', 'PDF file (XPane)'],
  ]);
});

test('pages come before a guest ends', async () => {
  await lpstat('running');
  const { bridge, jobs, ready, told: tellJob } = guest(postScript);
  const printing = await opened();
  printing.adopt(bridge);
  await ready();
  jobs.set(job.jobId, job);
  tellJob();
  expect(printing.busy).toBe(true);
  await printing.settle(() => 'stop');
  expect({ busy: printing.busy, left: jobs.size }).toEqual({ busy: false, left: 0 });
});

test.each([
  ['stop', true, 'printing.only-in-guest'],
  ['stop', false, undefined],
  ['force', true, undefined],
] as const)(
  'pages that do not come hold up a %s of a guest that leaves nothing (%s): %s',
  async (end, leavesNothing, code) => {
    await lpstat('running');
    context = { ...context, leavesNothing: () => leavesNothing };
    const { bridge, jobs, ready } = guest(async () => Promise.reject(new Error('no room')));
    const printing = await opened();
    printing.adopt(bridge);
    await ready();
    jobs.set(job.jobId, job);
    const ended = printing
      .settle((): GuestEnd => end)
      .then(
        () => undefined,
        (error: { code?: string }) => error.code,
      );
    expect(await ended).toBe(code);
  },
);

test('a printer that says nothing does not hold up the end for long', async () => {
  await lpstat('running');
  let begun = false;
  const hung = await opened(() => {
    begun = true;
    return new Promise<undefined>(() => undefined);
  });
  const { bridge, jobs, offers, ready } = guest(postScript);
  hung.adopt(bridge);
  await ready();
  jobs.set(job.jobId, { ...job, printerId: offers[0]?.[0]?.printerId ?? '' });
  await hung.settle(() => 'stop');
  await expect.poll(() => begun, { timeout: patienceMs }).toBe(true);
  const closing = hung.close().then(() => 'closed');
  expect(await Promise.race([closing, setTimeoutPromise(5000, 'held up')])).toBe('closed');
  printing = undefined;
});

test('a folder that cannot be used costs the printers, not the workspace', async () => {
  await writeFile(join(folder, 'printing'), 'no folder');
  const care = new PrintingCare({});
  expect(await care.join(folder, context, silentLog)).toBeUndefined();
  expect(told).toEqual(['Office: Nothing can be printed']);
});

test('what cannot be printed keeps its disk from being thrown away, unless that is forced', async () => {
  await lpstat('running');
  const { bridge, jobs, ready, told: tellJob } = guest(postScript);
  let answers = 0;
  const unprinted = async () => {
    answers++;
    throw new XPaneError('process.not-started', 'There is no ghostscript.', 'Install it.');
  };
  const printing = await opened(undefined, unprinted);
  await printing.beforeDiskGoes({ force: false });
  printing.adopt(bridge);
  await ready();
  jobs.set(job.jobId, job);
  tellJob();
  await printing.settle(() => 'stop');
  await expect(printing.beforeDiskGoes({ force: false })).rejects.toMatchObject({
    code: 'printing.only-here',
  });
  expect(answers).toBe(1);
  await printing.beforeDiskGoes({ force: true });
});
