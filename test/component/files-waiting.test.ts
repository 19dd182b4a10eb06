import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf } from '../../src/redirection/files/host-file.ts';
import {
  contentsOf,
  fetchOf,
  old,
  openWriteBack,
  path,
  putAway,
  startAgain,
  type WriteBackRig,
} from './fixtures/files/write-back-rig.ts';
import { bring, inProcess, rigged } from './fixtures/files/write-back-runs.ts';

describe('content that this computer would run', () => {
  const script = '#!/bin/sh\n';

  test('gets no right to be run from the file that it replaces', async () => {
    const rig = rigged();
    chmodSync(rig.file, 0o755);
    const documentId = await putAway(rig);
    expect(await bring(rig, documentId, script)).toMatchObject({ outcome: 'written' });
    expect(statSync(rig.file).mode & 0o777).toBe(0o644);
  });

  test('is kept beside a file that may be run and keeps its place', async () => {
    const rig = rigged();
    chmodSync(rig.file, 0o755);
    linkSync(rig.file, join(rig.home, 'second name'));
    const documentId = await putAway(rig);
    expect(await bring(rig, documentId, script)).toMatchObject({ outcome: 'aside', aside: 'program' });
    expect(contentsOf(rig.home)).toMatchObject({ 'Letter.txt': 'old' });
  });

  test('does not come where every file may be run, as the file system keeps no modes', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    const { writeBack, journal } = await openWriteBack(rig);
    const fetch = fetchOf(script);
    const bringing = writeBack.bring({ documentId, path }, async (take) => {
      const [temporary = ''] = readdirSync(rig.home).filter((name) => name.startsWith('.'));
      // As it is made on FAT.
      chmodSync(join(rig.home, temporary), 0o777);
      return await fetch(take);
    });
    await expect(bringing).rejects.toMatchObject({ code: 'files.program' });
    expect([contentsOf(rig.home), readdirSync(rig.home)]).toEqual([{ 'Letter.txt': 'old' }, ['Letter.txt']]);
    expect(journal.all[0]?.files[0]).not.toHaveProperty('incoming');
  });
});

describe('content that waits in a folder that is away', () => {
  /** Content of the guest that is whole, in a folder of its own. */
  async function waiting(rig: WriteBackRig, more: { device?: string; begun?: true } = {}) {
    const documentId = await putAway(rig);
    const share = join(rig.service, 'share');
    mkdirSync(share);
    const temporary = join(share, '.Letter.txt.xpane-000000');
    writeFileSync(temporary, 'waits');
    const { journal } = await openWriteBack(rig);
    const [record] = journal.all;
    const [main] = record?.files ?? [];
    if (!record || !main) throw new Error('nothing in the journal');
    const identity = identityOf(statSync(temporary, { bigint: true }));
    const { begun, ...device } = more;
    const way = begun ? ('overwrite' as const) : ('replace' as const);
    const ready = { stamp: 'b'.repeat(16), identity, target: rig.file, way, ...(begun ? { begun } : {}) };
    const incoming = { temporary, ready, ...device };
    await journal.save({ ...record, files: [{ ...main, incoming }] });
    return { documentId, share, temporary };
  }
  const incomingOf = async (rig: WriteBackRig) =>
    (await openWriteBack(rig)).journal.all[0]?.files[0]?.incoming;

  test('stays known while newer content comes, and whoever brings that is killed', async () => {
    const rig = rigged();
    const { documentId, share, temporary } = await waiting(rig);
    renameSync(share, `${share} away`);
    expect(inProcess({ rig, documentId, dieAt: 'fetching' })).toBe('SIGKILL');
    expect(await incomingOf(rig)).toMatchObject({ older: { temporary } });
    renameSync(`${share} away`, share);
    const { writeBack } = await openWriteBack(rig);
    expect((await writeBack.recover()).brought).toMatchObject([{ hostPath: rig.file }]);
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'waits' });
    expect(readdirSync(share)).toEqual([]);
  });

  test('gives way to newer content that is whole, and is no hidden file any more', async () => {
    const rig = rigged();
    const { documentId, share } = await waiting(rig, { begun: true });
    renameSync(share, `${share} away`);
    // What was begun with it is half.
    writeFileSync(rig.file, `${'waits'}${old.slice(5)}`);
    expect(inProcess({ rig, documentId, dieAt: 'place' })).toBe('SIGKILL');
    renameSync(`${share} away`, share);
    chmodSync(share, 0o755);
    await startAgain(rig);
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'newer' });
    expect([readdirSync(share), await incomingOf(rig)]).toEqual([[], undefined]);
  });

  test('waits at a mount point without its disk, too', async () => {
    const rig = rigged();
    const { share, temporary } = await waiting(rig, { device: '1' });
    const elsewhere = join(rig.service, 'disk');
    renameSync(temporary, elsewhere);
    rmSync(rig.file);
    expect((await (await openWriteBack(rig)).writeBack.recover()).waiting).toMatchObject([{ temporary }]);
    expect(await incomingOf(rig)).toMatchObject({ temporary });
    renameSync(elsewhere, temporary);
    await (await openWriteBack(rig)).writeBack.recover();
    expect(Object.values(contentsOf(share))).toEqual(['waits']);
    expect(await incomingOf(rig)).toBeUndefined();
  });
});
