import { cpus, loadavg, release, totalmem } from 'node:os';
import { runChild } from '../../src/shared/child-process.ts';

/** Debian packages whose versions change figures. */
const packages = ['openbox', 'qemu-system-x86', 'tigervnc-standalone-server', 'xpra', 'xvfb'];

/** Machine and versions in two lines, for the head of the results. */
export async function machineWords(): Promise<string> {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memoryGB = (totalmem() / 1e9).toFixed(0);
  const hardware = `${processors.length} × ${model}, ${memoryGB} GB, Linux ${release()}, load ${loadavg()[0]?.toFixed(1)}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation
  const format = '${Package} ${Version}, ';
  const { stdout } = await runChild({
    command: 'dpkg-query',
    args: ['-W', '-f', format, ...packages],
    timeoutMs: 10_000,
    env: process.env,
  });
  return `${hardware}\nNode ${process.versions.node}, ${stdout.replace(/, $/, '')}`;
}
