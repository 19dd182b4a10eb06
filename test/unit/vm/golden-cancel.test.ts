import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../src/shared/log.ts';
import { GoldenGuests } from '../../../src/vm/qemu/golden.ts';

test('a copy that nobody wants any more ends at once, and nothing is left of it', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'xpane-golden-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  // Whoever reads it waits for ever.
  const disk = join(cache, 'disk');
  execFileSync('mkfifo', [disk]);
  const cancel = new AbortController();
  const guest = { disk, secret: 'ab'.repeat(32), state: Buffer.alloc(1) };
  const kept = new GoldenGuests(cache, silentLog).keep('cd'.repeat(32), guest, cancel.signal);
  kept.catch(() => undefined);
  await expect.poll(() => readdirSync(join(cache, 'golden'))).toHaveLength(1);
  cancel.abort(new Error('no more'));
  await expect(kept).rejects.toThrow('no more');
  expect(readdirSync(join(cache, 'golden'))).toEqual([]);
});
