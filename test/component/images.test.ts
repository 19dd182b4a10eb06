import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { BaseStore } from '../../src/vm/images/base-store.ts';
import { copyDisk } from '../../src/vm/images/image-copy.ts';
import { type ImageFormat, imageFormats, qemuDriver } from '../../src/vm/images/image-formats.ts';
import { inspectImage } from '../../src/vm/images/image-source.ts';
import { UnfinishedWork } from '../../src/vm/images/unfinished-work.ts';
import { converted, mebibyte, qemuIo, rawDisk, sameContent } from './fixtures/disk-images.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';

let folder: string;
let raw: string;
beforeEach(() => {
  folder = testFolder();
  raw = rawDisk(join(folder, 'xp.img'));
});

const file = (name: string) => join(folder, name);
const store = () => new BaseStore(file('images'), new UnfinishedWork(file('unfinished')));
const leftovers = () => ['images', 'unfinished'].flatMap((name) => readdirSync(file(name)));

describe('an image', () => {
  test.each(imageFormats)(
    'as %s is recognised, taken over and given back with the same content',
    async (format) => {
      const image = format === 'raw' ? raw : converted(raw, file(`a.${format}`), qemuDriver[format]);
      const source = await inspectImage(image);
      expect(source).toMatchObject({ format });
      expect(source.virtualSizeBytes).toBeGreaterThanOrEqual(16 * mebibyte);
      const fractions: number[] = [];
      const bases = store();
      const { hash } = await bases.add(source, { onFraction: (fraction) => fractions.push(fraction) });
      const base = bases.pathOf(hash);
      expect(statSync(base).mode & 0o777).toBe(0o400);
      expect(execFileSync('sha256sum', [base], { encoding: 'utf8' }).slice(0, 64)).toBe(hash);
      expect(sameContent(base, 'qcow2', raw, 'raw')).toBe(true);
      expect(fractions.at(-1)).toBe(1);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      const back = file(`back.${format}`);
      const { virtualSizeBytes } = source;
      await copyDisk({ from: { file: base, format: 'qcow2' }, to: back, format, virtualSizeBytes });
      expect(sameContent(back, qemuDriver[format], raw, 'raw')).toBe(true);
      expect(await inspectImage(back)).toMatchObject({ format });
    },
  );

  test('is one base, whatever format it comes in and how often', async () => {
    const bases = store();
    const add = async (image: string) => bases.add(await inspectImage(image));
    const first = await add(raw);
    expect(first.shared).toBe(false);
    const again = await add(raw);
    const asVdi = await add(converted(raw, file('a.vdi'), 'vdi'));
    const asVhdx = await add(converted(raw, file('a.vhdx'), 'vhdx'));
    const packed = await add(converted(raw, file('p.vmdk'), 'vmdk', 'subformat=streamOptimized'));
    const asVmdk = await add(converted(raw, file('a.vmdk'), 'vmdk', 'adapter_type=buslogic'));
    for (const other of [again, asVdi, asVhdx, packed, asVmdk])
      expect(other).toEqual({ hash: first.hash, shared: true });
    expect(readdirSync(file('images'))).toEqual([`${first.hash}.qcow2`]);
    expect(bases.removeUnused(new Set([first.hash]))).toEqual([]);
    expect(bases.removeUnused(new Set())).toEqual([first.hash]);
    expect(leftovers()).toEqual([]);
  });

  test('of VMware may be in several files; the controller it hung on is told', async () => {
    const split = converted(
      raw,
      file('s.vmdk'),
      'vmdk',
      'subformat=twoGbMaxExtentSparse,adapter_type=lsilogic',
    );
    expect(readdirSync(folder)).toContain('s-s001.vmdk');
    const source = await inspectImage(split);
    expect(source.adapter).toBe('lsilogic');
    const bases = store();
    const { hash } = await bases.add(source);
    expect(sameContent(bases.pathOf(hash), 'qcow2', raw, 'raw')).toBe(true);
    // A fixed VHD is raw but for its end.
    const fixed = await inspectImage(converted(raw, file('f.vhd'), 'vpc', 'subformat=fixed,force_size=on'));
    expect(await bases.add(fixed)).toMatchObject({ hash });
  });
});

describe('an image that names another file', () => {
  const secret = () => {
    writeFileSync(file('secret'), 'the letter'.padEnd(1024));
    return file('secret');
  };
  const descriptor = (name: string, at = 'evil.vmdk') => {
    const text = `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 2 FLAT "${name}" 0\n`;
    writeFileSync(file(at), text);
    return file(at);
  };
  const qcow2 = (...options: string[]) => {
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...options, file('evil.qcow2'), '1M']);
    return file('evil.qcow2');
  };
  const evil: Record<string, () => string> = {
    'below a qcow2': () => qcow2('-b', secret(), '-F', 'raw'),
    'as the data of a qcow2': () => qcow2('-o', `data_file=${file('data')},data_file_raw=on`),
    'below a vmdk': () => {
      converted(raw, file('parent.vmdk'), 'vmdk');
      execFileSync('qemu-img', [
        'create',
        '-q',
        '-f',
        'vmdk',
        '-b',
        file('parent.vmdk'),
        '-F',
        'vmdk',
        file('e.vmdk'),
      ]);
      return file('e.vmdk');
    },
    'as a part, by its path': () => descriptor(secret()),
    'as a part, above': () => {
      secret();
      mkdirSync(file('below'));
      return descriptor('../secret', 'below/evil.vmdk');
    },
    'as a part, by a link beside it': () => {
      symlinkSync(secret(), file('part.vmdk'));
      return descriptor('part.vmdk');
    },
    'in a part that is a list itself': () => {
      const part = Buffer.alloc(1024);
      part.write('KDMV');
      writeFileSync(file('part.vmdk'), part);
      const text = '# Disk DescriptorFile\nRW 2 SPARSE "part.vmdk"\n';
      writeFileSync(file('evil.vmdk'), text);
      return file('evil.vmdk');
    },
    'where it is one of its parts': () => {
      converted(raw, file('evil.vmdk'), 'vmdk', 'subformat=twoGbMaxExtentSparse');
      return file('evil-s001.vmdk');
    },
    'where QEMU looks, not where its header says': () => {
      const content = readFileSync(converted(raw, file('evil.vmdk'), 'vmdk'));
      const text = content.subarray(512, 512 + 1024).toString('latin1');
      content.writeBigUInt64LE(BigInt(content.length / 512), 28);
      const hinted = text.replace('parentCID=ffffffff', 'parentCID=00000001').replaceAll('\0', '');
      content.write(`${hinted}parentFileNameHint="${secret()}"\n`, 512, 'latin1');
      writeFileSync(file('evil.vmdk'), Buffer.concat([content, Buffer.from(text, 'latin1')]));
      return file('evil.vmdk');
    },
    'in a sparse vmdk without a size': () => {
      converted(raw, file('evil.vmdk'), 'vmdk');
      const content = readFileSync(file('evil.vmdk'));
      content.writeBigUInt64LE(0n, 12);
      writeFileSync(file('evil.vmdk'), content);
      return file('evil.vmdk');
    },
    'below a vhd': () => {
      const content = readFileSync(converted(raw, file('evil.vhd'), 'vpc'));
      for (const at of [60, content.length - 512 + 60]) content.writeUInt32BE(4, at);
      writeFileSync(file('evil.vhd'), content);
      return file('evil.vhd');
    },
    'below a vhd, in its first header only': () => {
      const content = readFileSync(converted(raw, file('evil.vhd'), 'vpc'));
      content.writeUInt32BE(4, 60);
      writeFileSync(file('evil.vhd'), content);
      return file('evil.vhd');
    },
    'below a vdi': () => {
      const content = readFileSync(converted(raw, file('evil.vdi'), 'vdi'));
      content.writeUInt32LE(4, 0x4c);
      writeFileSync(file('evil.vdi'), content);
      return file('evil.vdi');
    },
  };

  test.each(Object.keys(evil))('%s is refused', async (name) => {
    const image = evil[name]?.() ?? expect.fail();
    // Where there is no qemu-img, none can have opened what the header names.
    vi.stubEnv('PATH', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(inspectImage(image)).rejects.toMatchObject({
      code: 'image.needs-others',
      hint: expect.stringMatching(/./),
    });
  });

  test('is not followed there even if its header were not understood', async () => {
    const below = converted(raw, file('below.qcow2'), 'qcow2');
    const image = qcow2('-b', below, '-F', 'qcow2');
    const to = file('copy.qcow2');
    await copyDisk({
      from: { file: image, format: 'qcow2' },
      to,
      format: 'qcow2',
      virtualSizeBytes: mebibyte,
    });
    expect(readFileSync(to).includes(readFileSync(raw).subarray(0x50, 0x58))).toBe(false);
  });
});

describe('what cannot be imported is said', () => {
  const fileOf = (text: string) => {
    writeFileSync(file('text'), text);
    return file('text');
  };
  const cutOff =
    (format: ImageFormat, driver: string, options = '') =>
    () => {
      const image = converted(raw, file(`cut.${format}`), driver, options);
      truncateSync(image, statSync(image).size - mebibyte);
      return image;
    };
  const cases: Record<string, readonly [code: string, make: () => string]> = {
    'a file that is not there': ['image.missing', () => file('nowhere.vhd')],
    'a folder': ['image.not-a-disk', () => folder],
    'an empty file': ['image.damaged', () => fileOf('')],
    'a letter': ['image.unknown-format', () => fileOf('Dear Sir')],
    'a pipe': [
      'image.not-a-disk',
      () => {
        execFileSync('mkfifo', [file('pipe')]);
        return file('pipe');
      },
    ],
    'a cut qcow2': ['image.damaged', cutOff('qcow2', 'qcow2')],
    'a cut vhd': ['image.damaged', cutOff('vhd', 'vpc')],
    'a cut vhdx': ['image.damaged', cutOff('vhdx', 'vhdx')],
    'a cut vmdk': ['image.damaged', cutOff('vmdk', 'vmdk')],
    'a cut vdi': ['image.damaged', cutOff('vdi', 'vdi')],
    'a raw disk whose partition is longer': [
      'image.damaged',
      () => {
        const content = readFileSync(raw);
        content[446 + 4] = 7;
        content.writeUInt32LE(63, 446 + 8);
        content.writeUInt32LE(40_000_000, 446 + 12);
        writeFileSync(file('long.img'), content);
        return file('long.img');
      },
    ],
    'a damaged qcow2': [
      'image.damaged',
      () => {
        const content = readFileSync(converted(raw, file('d.qcow2'), 'qcow2'));
        content.fill(0xff, 0x30000, 0x30100);
        writeFileSync(file('d.qcow2'), content);
        return file('d.qcow2');
      },
    ],
  };

  test.each(Object.entries(cases))('%s: %j', async (_name, [code, make]) => {
    const failure = await inspectImage(make()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  test('an image that another program writes', async () => {
    const image = converted(raw, file('used.qcow2'), 'qcow2');
    const user = spawn('qemu-io', ['-f', 'qcow2', image]);
    onTestFinished(() => void user.kill('SIGKILL'));
    // It asks for its first command when it has opened the image.
    await once(user.stdout, 'data');
    await expect(inspectImage(image)).rejects.toMatchObject({ code: 'image.in-use' });
  });

  test('an image that this user may not read', async () => {
    chmodSync(folder, 0o755);
    chmodSync(raw, 0o000);
    const script = new URL('./fixtures/inspect-as-nobody.ts', import.meta.url).pathname;
    const printed = execFileSync(process.execPath, [script, raw], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toMatchObject({ code: 'image.not-readable' });
  });

  test('a disk that grows larger than it says ends the copy', async () => {
    const source = await inspectImage(converted(raw, file('a.qcow2'), 'qcow2'));
    const lying = {
      from: source,
      to: file('out.img'),
      format: 'raw',
      virtualSizeBytes: -64 * mebibyte,
    } as const;
    await expect(copyDisk(lying)).rejects.toMatchObject({ code: expect.stringMatching(/^image\./) });
  });

  test('more than the disk has room for, before anything is written', async () => {
    const source = await inspectImage(raw);
    await expect(store().add({ ...source, requiredBytes: 2 ** 60 })).rejects.toMatchObject({
      code: 'image.disk-full',
      message: expect.stringMatching(/has room for .* are needed/),
    });
    expect(leftovers()).toEqual([]);
  });
});

test('a disk that is full is told, and nothing half made stays', () => {
  const small = file('small');
  mkdirSync(small);
  const script = new URL('./fixtures/add-base.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ folder: small, file: raw });
  const inside = `'${process.execPath}' '${script}' '${argument}'; find '${small}' -type f`;
  const result = spawnSync(
    'bwrap',
    ['--dev-bind', '/', '/', '--size', String(mebibyte), '--tmpfs', small, 'sh', '-c', inside],
    { encoding: 'utf8' },
  );
  expect(result.stdout).toMatch(/^\{"code":"image\.disk-full".*\}\n$/);
});

test('an image that is changed while it is read is not taken over', async () => {
  const source = await inspectImage(raw);
  const bases = store();
  const change = () => utimesSync(raw, 0, 0);
  await expect(bases.add(source, { onFraction: change })).rejects.toMatchObject({ code: 'image.changed' });
  expect(leftovers()).toEqual([]);
  // A part of a split disk that became a link to something else after it was looked at.
  const split = await inspectImage(converted(raw, file('s.vmdk'), 'vmdk', 'subformat=monolithicFlat'));
  renameSync(file('s-flat.vmdk'), file('other.vmdk'));
  symlinkSync(file('other.vmdk'), file('s-flat.vmdk'));
  await expect(bases.add(split)).rejects.toMatchObject({ code: 'image.changed' });
});

test('an import that is cancelled leaves nothing', async () => {
  const cancel = new AbortController();
  const bases = store();
  const adding = bases.add(await inspectImage(raw), {
    signal: cancel.signal,
    onFraction: () => cancel.abort(new Error('enough')),
  });
  await expect(adding).rejects.toThrow('enough');
  expect(leftovers()).toEqual([]);
});

test('a full disk is told by whatever finds it full', async () => {
  const unfinished = new UnfinishedWork(file('unfinished'));
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  const failure = await unfinished
    .run(file('x'), () => Promise.reject(full))
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'image.disk-full', message: expect.stringContaining(folder) });
});

test('only what this program left is cleaned up', async () => {
  const unfinished = new UnfinishedWork(file('unfinished'));
  mkdirSync(file('w'));
  const stays = file('w/not-ours.0123456789ab.partial');
  writeFileSync(stays, '');
  copyFileSync(raw, file('w/user.img'));
  writeFileSync(file('unfinished/0123456789ff'), file('w/user.img'));
  writeFileSync(file('unfinished/0123456789fe'), '');
  let left = '';
  await unfinished
    .run(file('w/new'), async (partial) => {
      left = partial;
      writeFileSync(partial, 'half');
      // As after SIGKILL: nobody tidies up, and the next process finds note and file.
      new UnfinishedWork(file('unfinished')).cleanUp(silentLog);
      expect(existsSync(partial)).toBe(false);
    })
    .catch((error: unknown) => expect.fail(String(error)));
  expect(left).toMatch(/new\.[0-9a-f]{12}\.partial$/);
  expect(readdirSync(file('w')).sort()).toEqual(['not-ours.0123456789ab.partial', 'user.img']);
  expect(readdirSync(file('unfinished'))).toEqual([]);
});

test('holes and zeros cost nothing in a base', async () => {
  const large = file('large.qcow2');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', large, '1T']);
  qemuIo(large, 'qcow2', 'write -P 7 0 64k', 'write -z 100G 1G', 'write -P 9 900G 64k');
  const source = await inspectImage(large);
  expect(source.requiredBytes).toBeLessThan(200 * mebibyte);
  execFileSync('qemu-img', ['create', '-q', '-f', 'vhdx', file('large.vhdx'), '1T']);
  expect((await inspectImage(file('large.vhdx'))).requiredBytes).toBeLessThan(300 * mebibyte);
  const bases = store();
  const { hash } = await bases.add(source);
  expect(bases.sizeBytes(hash)).toBeLessThan(20 * mebibyte);
});
