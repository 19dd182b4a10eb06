import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';

const timeoutMs = 300_000;
const processorSeconds = 240;
const memoryBytes = 2 ** 30;
/** Of the PDF. */
const mostBytes = 512 * 1024 * 1024;
/** In the sandbox. */
const input = '/job.ps';
const output = '/out/job.pdf';
const pdfName = 'job.pdf';

/**
 * bubblewrap's arguments for ghostscript. PostScript is a program, and this one is the guest's: it sees the interpreter,
 * its own text and an empty folder, no network, no home, no other process. Pure.
 */
export function converterArguments(postScript: string, folder: string): string[] {
  const readable = ['/lib', '/lib64', '/bin', '/etc/alternatives', '/etc/fonts', '/etc/ghostscript'];
  const more = [...readable, '/etc/ld.so.cache', '/var/lib/ghostscript', '/var/lib/fonts'];
  const options = [
    '-q',
    '-dSAFER',
    '-dBATCH',
    '-dNOPAUSE',
    '-sDEVICE=pdfwrite',
    '-dAutoRotatePages=/PageByPage',
  ];
  const limits = [`--cpu=${processorSeconds}`, `--data=${memoryBytes}`, `--fsize=${mostBytes}`, '--core=0'];
  return [
    ...[
      '--unshare-all',
      '--unshare-user',
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--clearenv',
    ],
    ...['--setenv', 'PATH', '/usr/bin', '--setenv', 'HOME', '/out', '--setenv', 'TMPDIR', '/out'],
    ...['--ro-bind', '/usr', '/usr', ...more.flatMap((path) => ['--ro-bind-try', path, path])],
    ...['--dev', '/dev', '--remount-ro', '/dev', '--proc', '/proc'],
    ...['--ro-bind', postScript, input, '--bind', folder, '/out', '--chdir', '/out', '--'],
    ...['prlimit', ...limits, '--', 'gs', ...options, `-sOutputFile=${output}`, input],
  ];
}

/**
 * Makes a PDF (0600) of untrusted PostScript; `folder` must not be there and is gone afterwards, `pdf` is made anew.
 * Throws `printing.no-converter`, `printing.broken-job`, `process.timeout`, the system's error, or `signal.reason`.
 */
export async function postScriptToPdf(
  untrustedPostScript: string,
  pdf: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    const args = converterArguments(untrustedPostScript, folder);
    const result = await runChild({ command: 'bwrap', args, timeoutMs, signal });
    if (result.code === 127) throw noConverter();
    if (result.code !== 0 || !(await takeOver(`${folder}/${pdfName}`, pdf))) {
      throw brokenJob(`${result.stderr}${result.stdout}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever broke out of the interpreter wrote the file: it may be a link. False for what is no PDF. */
async function takeOver(untrustedFile: string, pdf: string): Promise<boolean> {
  const from = await open(
    untrustedFile,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => undefined);
  if (!from) return false;
  try {
    const stats = await from.stat();
    const { buffer } = await from.read(Buffer.alloc(5), 0, 5, 0);
    if (!stats.isFile() || stats.size > mostBytes || buffer.toString('latin1') !== '%PDF-') return false;
    await rm(pdf, { force: true });
    const to = await open(pdf, 'wx', 0o600);
    try {
      for await (const chunk of from.createReadStream({ start: 0, autoClose: false }))
        await to.writeFile(chunk);
      await to.sync();
    } finally {
      await to.close();
    }
    return true;
  } finally {
    await from.close();
  }
}

function brokenJob(said: string): XPaneError {
  return new XPaneError(
    'printing.broken-job',
    'What the guest printed could not be read.',
    'Print it again; if that does not help, print another document to see whether the application is to blame.',
    said.slice(-1000),
  );
}

function noConverter(): XPaneError {
  return new XPaneError(
    'printing.no-converter',
    'Ghostscript, which reads what guests print, is not installed on this computer.',
    'Install the package ghostscript.',
  );
}
