import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Builds the program the benchmarks look at; gives the path of `cells.exe` in a new temporary folder. */
export async function buildGuestProgram(): Promise<string> {
  const output = join(await mkdtemp(join(tmpdir(), 'xpane-bench-')), 'cells.exe');
  const folder = import.meta.dirname;
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.cpp'));
  const options = ['-std=c++17', '-O2', '-Wall', '-Wextra', '-Werror', '-static', '-s', '-mwindows'];
  await promisify(execFile)('i686-w64-mingw32-g++-win32', [
    ...options,
    ...sources.map((name) => join(folder, name)),
    '-lwinmm',
    '-o',
    output,
  ]);
  return output;
}
