import { open, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';

const timeoutMs = 300_000;
const processorSeconds = 240;
const memoryBytes = 2 ** 30;
/** Of the PDF, and of ghostscript's temporary files together, which are in memory. */
const mostBytes = 256 * 1024 * 1024;
/** With less than this left the disk is to blame, not the job. */
const spareBytes = 32 * 1024 * 1024;
const scanBytes = 1024 * 1024;
/** CUPS takes lines of this kind for options of the job, wherever in a file they are. 15 letters. */
const jobTicket = /[\r\n]%cupsJobTicket/;
/** In the sandbox. */
const input = '/job.ps';

/**
 * bubblewrap's arguments for ghostscript. PostScript is a program, and this one is the guest's: it sees the interpreter
 * and its own text, no network, no home, no other process. SAFER lets it write, replace and delete in the folder of
 * temporary files: that one is bounded, in memory, and goes with the sandbox. The PDF leaves by the descriptor of
 * standard output, which PostScript's own `print` does not reach. Pure.
 */
export function converterArguments(postScript: string): string[] {
  const readable = ['/lib', '/lib64', '/bin', '/etc/alternatives', '/etc/fonts', '/etc/ghostscript'];
  const more = [...readable, '/etc/ld.so.cache', '/var/lib/ghostscript', '/var/lib/fonts'];
  const options = [
    '-q',
    '-dSAFER',
    '-dBATCH',
    '-dNOPAUSE',
    '-sDEVICE=pdfwrite',
    '-dAutoRotatePages=/PageByPage',
    '-sstdout=%stderr',
    '-sOutputFile=%stdout',
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
    ...['--setenv', 'PATH', '/usr/bin', '--setenv', 'HOME', '/tmp', '--setenv', 'TMPDIR', '/tmp'],
    ...['--ro-bind', '/usr', '/usr', ...more.flatMap((path) => ['--ro-bind-try', path, path])],
    ...['--dev', '/dev', '--remount-ro', '/dev', '--proc', '/proc'],
    ...['--size', String(mostBytes), '--tmpfs', '/tmp', '--ro-bind', postScript, input],
    ...['--remount-ro', '/', '--chdir', '/tmp', '--'],
    ...['prlimit', ...limits, '--', 'gs', ...options, input],
  ];
}

/**
 * Makes a PDF (0600) of untrusted PostScript; `pdf` is made anew, and gone after a failure. Throws
 * `printing.no-converter`, `printing.broken-job`, `printing.no-room`, `process.timeout`, the system's error, or
 * `signal.reason`.
 */
export async function postScriptToPdf(
  untrustedPostScript: string,
  pdf: string,
  signal: AbortSignal,
): Promise<void> {
  await rm(pdf, { force: true });
  await (await open(pdf, 'wx', 0o600)).close();
  try {
    await convert(untrustedPostScript, pdf, signal);
    if (!(await isHarmlessPdf(pdf))) throw brokenJob('the result is no PDF, or holds options for CUPS');
    await synced(pdf);
  } catch (error) {
    await rm(pdf, { force: true });
    throw error;
  }
}

async function convert(untrustedPostScript: string, pdf: string, signal: AbortSignal): Promise<void> {
  const toFile = ['-c', 'exec >"$0"; exec bwrap "$@"', pdf, ...converterArguments(untrustedPostScript)];
  const result = await runChild({ command: 'sh', args: toFile, timeoutMs, signal }).catch(
    (error: unknown) => {
      const isTalk = error instanceof XPaneError && error.code === 'process.too-much-output';
      throw isTalk ? brokenJob(error.message) : error;
    },
  );
  if (result.code === 127) throw noConverter();
  if (result.code === 0) return;
  const { bavail, bsize } = await statfs(dirname(pdf));
  throw bavail * bsize < spareBytes ? noRoom() : brokenJob(result.stderr);
}

/** Whoever broke out of the interpreter wrote what he liked; and a program may put any bytes into its PDF. */
async function isHarmlessPdf(untrustedFile: string): Promise<boolean> {
  const file = await open(untrustedFile, 'r');
  try {
    let before = '';
    let at = 0;
    const buffer = Buffer.alloc(scanBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, scanBytes, at);
      if (bytesRead === 0) return at > 0;
      const text = before + buffer.toString('latin1', 0, bytesRead);
      if ((at === 0 && !text.startsWith('%PDF-')) || jobTicket.test(text)) return false;
      before = text.slice(-16);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function noRoom(): XPaneError {
  return new XPaneError(
    'printing.no-room',
    'There is no room on this computer for what the guest printed.',
    'Make room on the disk.',
  );
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
