import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productKey } from '../../src/guest-setup/answers/product-key.ts';
import { unattendedFloppy } from '../../src/guest-setup/answers/winnt-sif.ts';
import { floppyBytes, floppyImage } from '../../src/guest-setup/floppy/fat12.ts';
import { filesOf, type IsoEntry, type IsoFolder, isoTree } from '../../src/guest-setup/iso9660/tree.ts';
import { writeIso } from '../../src/guest-setup/iso9660/write-iso.ts';
import { Secret } from '../../src/guest-setup/secret.ts';
import { writeSetupDisk } from '../../src/guest-setup/setup-disk/setup-disk.ts';
import { wipeFloppy, wipeSecret } from '../../src/guest-setup/setup-disk/wipe.ts';
import { hashOf, run, type Tree, treeBelow } from './fixtures/disk-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'xpane-media-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const date = new Date('2026-03-04T05:06:08Z');

let nextFolder = 0;
function emptyFolder(): string {
  const made = join(folder, `out-${nextFolder++}`);
  mkdirSync(made);
  return made;
}

describe('ISO 9660 with Joliet, as other programs read it', () => {
  const image = join(folder, 'disk.iso');
  const hostFile = join(folder, 'five megabytes');
  const content = (path: string) => Buffer.from(`content of ${path}\n`);
  let entries: IsoEntry[];
  let long: Tree;
  let short: Tree;

  beforeAll(async () => {
    writeFileSync(hostFile, randomBytes(5_000_001));
    const paths = [
      'autorun.inf',
      'README.TXT',
      'longfilename one.txt',
      'longfilename two.txt',
      'Übung macht Größe.txt',
      '日本語 テキスト.txt',
      'no extension',
      `${'long '.repeat(20)}end`,
      'sub/deep/deeper/deepest/x.y.z',
      'sub/Deep folder/a',
      'sub folder/a',
      // More than one sector of records, in both name spaces.
      ...Array.from({ length: 150 }, (_, index) => `many/file number ${index} of many.data`),
      ...Array.from({ length: 60 }, (_, index) => `folders/folder number ${index}/in it.txt`),
    ];
    entries = [
      ...paths.map((path) => ({ path, content: content(path) })),
      ...[0, 1, 2047, 2048, 2049].map((size) => ({ path: `sizes/${size}.bin`, content: randomBytes(size) })),
      { path: 'sub/large.bin', file: hostFile },
    ];
    await writeIso(image, entries, { label: 'TEST_DISK', date });
    const hashes = (entry: IsoEntry) => hashOf('content' in entry ? entry.content : readFileSync(entry.file));
    const sorted = (tree: Record<string, string>) =>
      Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
    const root = await isoTree(entries);
    long = sorted(Object.fromEntries(entries.map((entry) => [entry.path, hashes(entry)])));
    const shortPaths = shortPathsOf(root);
    short = sorted(
      Object.fromEntries(filesOf(root).map((file) => [shortPaths.get(file.path) ?? '', hashes(file.entry)])),
    );
    expect(Object.keys(short)).toHaveLength(entries.length);
  });

  test('xorriso finds every file under both names', () => {
    for (const [names, expected] of [
      ['norock', long],
      ['ecma119', short],
    ] as const) {
      const out = emptyFolder();
      run(
        'xorriso',
        '-abort_on',
        'WARNING',
        '-read_fs',
        names,
        '-osirrox',
        'on',
        '-indev',
        image,
        '-extract',
        '/',
        out,
      );
      expect(treeBelow(out)).toEqual(expected);
    }
  });

  test('isoinfo lists both, and knows the disk', () => {
    const info = run('isoinfo', '-d', '-i', image);
    expect(info).toContain('Volume id: TEST_DISK');
    expect(info).toContain('Joliet with UCS level 3 found');
    expect(info).toContain(`Volume size is: ${statSync(image).size / 2048}`);
    // Its widest character set.
    const listed = (...options: string[]) =>
      execFileSync('isoinfo', ['-f', ...options, '-i', image], { encoding: 'latin1', timeout: 30_000 })
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replace(/^\//, '').replace(/;1$/, ''));
    const latin1 = (path: string) => path.replace(/[^\0-\xff]/g, '_');
    const dotted = (path: string) => (/\.[^/]*$/.test(path) || !(path in short) ? path : `${path}.`);
    expect(listed('-J', '-j', 'iso8859-1').sort()).toEqual(withFolders(long).map(latin1).sort());
    expect(listed().sort()).toEqual(withFolders(short).map(dotted).sort());
    expect(run('isoinfo', '-i', image, '-x', '/README.TXT;1')).toBe('content of README.TXT\n');
    expect(run('isoinfo', '-i', image, '-l')).toMatch(/Mar +4 2026.*README\.TXT;1/);
  });

  test('the kernel mounts it, by both names, or bsdtar unpacks it', () => {
    const mounted = emptyFolder();
    const names: [string, Tree][] = [
      ['', long],
      // As the kernel shows them without Joliet: small letters.
      [
        ',nojoliet',
        Object.fromEntries(Object.entries(short).map(([path, hash]) => [path.toLowerCase(), hash])),
      ],
    ];
    const canMount = spawnSync('unshare', ['-m', 'mount', '-o', 'loop,ro', image, mounted]).status === 0;
    if (!canMount) {
      run('bsdtar', '-x', '-f', image, '-C', mounted);
      expect(treeBelow(mounted)).toEqual(long);
      return;
    }
    for (const [option, expected] of names) {
      const out = emptyFolder();
      const script = 'mount -o "loop,ro,$1" "$2" "$3" && cp -r "$3/." "$4"';
      run('unshare', '-m', 'sh', '-c', script, 'sh', `iocharset=utf8${option}`, image, mounted, out);
      const sorted = Object.entries(expected).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(treeBelow(out)).toEqual(Object.fromEntries(sorted));
    }
  });

  test('bsdtar finds nothing wrong with it', () => {
    const listed = run('bsdtar', '-t', '-f', image)
      .split('\n')
      .filter((line) => line && line !== '.');
    expect(listed.sort()).toEqual(withFolders(long).sort());
  });
});

/** The paths of the files, and of the folders on the way to them. */
function withFolders(tree: Tree): string[] {
  const paths = Object.keys(tree).flatMap((path) => {
    const parts = path.split('/');
    return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
  });
  return [...new Set(paths)];
}

/** By the path as it was given. */
function shortPathsOf(root: IsoFolder): Map<string, string> {
  const paths = new Map<string, string>();
  const walk = (at: IsoFolder, long: string, short: string) => {
    for (const node of at.nodes) {
      const { base, extension } = node.shortName;
      const name = `${short}${base}${extension && `.${extension}`}`;
      if (node.kind === 'file') paths.set(`${long}${node.name}`, name);
      else walk(node, `${long}${node.name}/`, `${name}/`);
    }
  };
  walk(root, '', '');
  return paths;
}

describe('FAT12 floppy, as other programs read it', () => {
  const image = join(folder, 'floppy.img');
  const files = [
    { name: 'WINNT.SIF', content: Buffer.from('[Data]\r\n') },
    { name: 'EMPTY', content: Buffer.alloc(0) },
    { name: 'ONE.BIN', content: randomBytes(512) },
    { name: 'LARGE.BIN', content: randomBytes(700_001) },
    { name: 'LAST-1_2.TXT', content: Buffer.from('last') },
  ];

  test('mtools and fsck.fat agree with what was written', () => {
    writeFileSync(image, floppyImage(files, { label: 'TESTFLOPPY', date }).bytes);
    // It counts the disk's label too.
    expect(run('fsck.fat', '-n', '-v', image)).toContain(`${image}: ${files.length + 1} files`);
    const listing = run('mdir', '-i', image, '::');
    expect(listing).toContain('Volume in drive : is TESTFLOPPY');
    expect(listing).toMatch(/WINNT +SIF +8 2026-03-04 +5:06/);
    const out = emptyFolder();
    run('mcopy', '-n', '-i', image, '::*', out);
    expect(treeBelow(out)).toEqual(
      Object.fromEntries(files.map(({ name, content }): [string, string] => [name, hashOf(content)]).sort()),
    );
    expect(run('minfo', '-i', image, '::')).toContain('disk type="FAT12');
  });

  test('a floppy for an unattended installation is read, and nothing is left of it when wiped', async () => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';
    const { bytes } = unattendedFloppy(
      {
        productKey: productKey(key),
        fullName: 'Jane Doe',
        computerName: 'PC-7',
        timeZoneIndex: 85,
        localeId: '00000809',
        keyboardLayout: '00000409',
        administratorPassword: new Secret('Geheimnis9'),
      },
      date,
    );
    const sif = join(folder, 'sif.img');
    writeFileSync(sif, bytes, { mode: 0o600 });
    const text = run('mtype', '-i', sif, '::WINNT.SIF');
    expect(text).toContain(`ProductKey="${key}"\r\n`);
    expect(text).toContain('AdminPassword="Geheimnis9"\r\n');
    await wipeFloppy(sif);
    const wiped = readFileSync(sif);
    expect(wiped.length).toBe(floppyBytes);
    expect(wiped.every((byte) => byte === 0)).toBe(true);
  });
});

describe('set-up disk', () => {
  const image = join(folder, 'setup.iso');
  const agent = join(folder, 'agent');
  const installer = join(folder, 'installer');
  const secret = randomBytes(32).toString('hex');
  const answers = { computerName: 'PC-7', fullName: 'Jürgen Müller', timeZoneKey: 'W. Europe Standard Time' };

  beforeAll(() => {
    writeFileSync(agent, randomBytes(300_000));
    writeFileSync(installer, randomBytes(100_001));
  });

  const make = () =>
    writeSetupDisk(image, { agent, installer, answers, secret: new Secret(secret) }, { date });
  const unpacked = () => {
    const out = emptyFolder();
    run('xorriso', '-abort_on', 'WARNING', '-osirrox', 'on', '-indev', image, '-extract', '/', out);
    return out;
  };

  test('carries all that a guest needs, and a manifest that is right', async () => {
    const { sizeBytes, secretRange } = await make();
    expect(statSync(image).size).toBe(sizeBytes);
    expect(statSync(image).mode & 0o777).toBe(0o600);
    const out = unpacked();
    expect(Object.keys(treeBelow(out))).toEqual([
      'autorun.inf',
      'xpane/agent.exe',
      'xpane/answers.ini',
      'xpane/install.exe',
      'xpane/manifest.txt',
      'xpane/secret.key',
    ]);
    expect(readFileSync(join(out, 'autorun.inf'), 'latin1')).toBe(
      '[autorun]\r\nopen=xpane\\install.exe\r\nicon=xpane\\install.exe,0\r\nlabel=XPane\r\n',
    );
    const checked = execFileSync('sha256sum', ['--strict', '-c', 'xpane/manifest.txt'], {
      cwd: out,
      encoding: 'utf8',
    });
    expect(checked.trim().split('\n')).toEqual([
      'autorun.inf: OK',
      'xpane/agent.exe: OK',
      'xpane/answers.ini: OK',
      'xpane/install.exe: OK',
    ]);
    expect(readFileSync(join(out, 'xpane/agent.exe')).equals(readFileSync(agent))).toBe(true);
    expect(readFileSync(join(out, 'xpane/secret.key'), 'latin1')).toBe(secret);
    expect(readFileSync(image).subarray(secretRange.offsetBytes).toString('latin1', 0, 64)).toBe(secret);
  });

  test('of a wiped secret no trace is left, and all else is as it was', async () => {
    const { secretRange } = await make();
    const before = readFileSync(image);
    const traces = [0, 16, 32, 48].map((start) => secret.slice(start, start + 16));
    expect(traces.every((trace) => before.includes(trace))).toBe(true);
    expect(await wipeSecret(image)).toEqual(secretRange);
    const wiped = readFileSync(image);
    for (const trace of [...traces, hashOf(Buffer.from(secret))]) {
      const forms = [
        Buffer.from(trace),
        Buffer.from(trace, 'utf16le'),
        Buffer.from(trace, 'hex'),
        Buffer.from(Buffer.from(trace).toString('base64')),
      ];
      expect(forms.filter((form) => wiped.includes(form))).toEqual([]);
    }
    const { offsetBytes, sizeBytes } = secretRange;
    expect(wiped.subarray(offsetBytes, offsetBytes + sizeBytes).every((byte) => byte === 0)).toBe(true);
    before.fill(0, offsetBytes, offsetBytes + sizeBytes);
    expect(wiped.equals(before)).toBe(true);
    const out = unpacked();
    execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'xpane/manifest.txt'], { cwd: out });
    await wipeSecret(image); // a second time does no harm
    expect(readFileSync(image).equals(wiped)).toBe(true);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no disk', Buffer.alloc(100_000, 'secret')],
    ['a disk that ends early', undefined],
  ])('an image that is %s is left alone', async (_, content) => {
    const other = join(folder, 'other.iso');
    await make();
    writeFileSync(other, content ?? readFileSync(image).subarray(0, 19 * 2048));
    const before = readFileSync(other);
    await expect(wipeSecret(other)).rejects.toThrow(
      expect.objectContaining({ code: 'guest-setup.no-secret' }),
    );
    expect(readFileSync(other).equals(before)).toBe(true);
  });

  test('another’s disk has no secret of ours', async () => {
    const other = join(folder, 'other.iso');
    await writeIso(other, [{ path: 'xpane/readme.txt', content: Buffer.from('x') }], {
      label: 'OTHER',
      date,
    });
    await expect(wipeSecret(other)).rejects.toThrow(
      expect.objectContaining({ code: 'guest-setup.no-secret' }),
    );
  });

  test('a secret of another form is not written', async () => {
    const wrong = { agent, installer, answers, secret: new Secret('short') };
    await expect(writeSetupDisk(image, wrong, { date })).rejects.toThrow(TypeError);
  });
});
