import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { ShareRig } from './fixtures/shares/share-rig.ts';

const asked = ({ guest }: ShareRig, what: string) => guest.asked.filter((each) => each.startsWith(what));

describe('a share that is only read', () => {
  test('takes nothing from the guest: what was changed there is kept beside, there', async () => {
    await using rig = await ShareRig.make(
      { 'a.txt': 'mine', 'b.txt': 'mine', 'c.txt': 'mine' },
      { readOnly: true },
    );
    await rig.same();
    expect([...rig.guest.held.values()].every(({ readOnly }) => readOnly)).toBe(true);
    rig.save('a.txt', 'theirs');
    rig.save('C (Changed HERE).txt', 'their own');
    rig.save('c.txt', 'theirs');
    rig.save('new.txt', 'theirs');
    rig.guest.remove('b.txt');
    await rig.until('it is as it was', () =>
      ['a.txt', 'b.txt', 'c.txt'].every((name) => rig.there[name] === 'mine'),
    );
    expect(rig.there).toEqual({
      // Another name to Windows, which knows no case.
      'C (Changed HERE).txt': 'their own',
      'c (changed here, 2).txt': 'theirs',
      'c.txt': 'mine',
      'a (changed here).txt': 'theirs',
      'a.txt': 'mine',
      'b.txt': 'mine',
      'new.txt': 'theirs',
    });
    rmSync(join(rig.folder, 'a.txt'));
    utimesSync(join(rig.folder, 'b.txt'), 1, 1);
    await rig.until('it went', () => !('a.txt' in rig.there));
    expect(rig.here).toEqual({ 'b.txt': 'mine', 'c.txt': 'mine' });
    expect(asked(rig, 'get')).toEqual([]);
  });
});

describe('by the rules', () => {
  test('what may not cross stays, either way, and is said once', async () => {
    await using rig = await ShareRig.make({ 'a.txt': '1', 'b.zip': '2' });
    await rig.until('it is there', () => 'b.zip' in rig.there);
    rig.rules = { toGuest: fileRule('txt'), fromGuest: fileRule('txt') };
    rig.write('b.zip', 'changed here');
    rig.save('c.doc', 'new');
    rig.save('d.txt', 'new');
    await rig.until('it is here', () => 'd.txt' in rig.here);
    await rig.until('it was said', () => rig.notices.length === 1);
    await rig.restart();
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    expect(rig.there['b.zip']).toBe('2');
    expect('c.doc' in rig.here).toBe(false);
  });

  test('what the scan command finds stays in the guest, is said once, and looked at whole', async () => {
    await using rig = await ShareRig.make({ 'a.txt': '1' });
    await rig.until('it is there', () => 'a.txt' in rig.there);
    rig.scan = (path) => (readFileSync(path, 'utf8').startsWith('evil') ? 'scanner found it.' : undefined);
    rig.save('a.txt', 'evil');
    rig.save('b.txt', 'evil, too');
    rig.save('c.txt', 'good');
    await rig.until('it is here', () => 'c.txt' in rig.here);
    await rig.until('it was said', () => rig.notices.length === 2);
    // No temporary name any more.
    await rig.until('all is in its place', () => Object.keys(rig.here).length === 2);
    expect(rig.here).toEqual({ 'a.txt': '1', 'c.txt': 'good' });
    rig.save('a.txt', 'better');
    await rig.until('it is here', () => rig.here['a.txt'] === 'better');
    expect(rig.notices).toHaveLength(2);
  });
});
