import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultFirstTimePolicy } from '../../../src/guest-setup/first-time/policy.ts';
import { readSetUpPolicy } from '../../../src/service/first-time/set-up-policy.ts';

function policyFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'first-time-set-up.json');
  writeFileSync(file, content);
  return file;
}

test('without a file the defaults hold, and the mode is the user’s', () => {
  expect(readSetUpPolicy('/nowhere/policy.json')).toEqual(defaultFirstTimePolicy);
  expect(readSetUpPolicy('/nowhere/policy.json', 'silent').mode).toBe('silent');
});

test('what the administrator says overrules the user', () => {
  const file = policyFile('{"mode": "attended", "maxAttempts": 7}');
  expect(readSetUpPolicy(file, 'silent')).toMatchObject({ mode: 'attended', maxAttempts: 7 });
  expect(readSetUpPolicy(policyFile('{"maxAttempts": 7}'), 'silent')).toMatchObject({ mode: 'silent' });
});

test.each(['', '[]', 'null', '{"mode": "loud"}', '{"maxAtempts": 7}', '{"stageTimeoutsS": {"agent": 0}}'])(
  'a policy that cannot be understood is none: %s',
  (content) => {
    expect(() => readSetUpPolicy(policyFile(content))).toThrow(
      expect.objectContaining({ code: 'policy.broken' }),
    );
  },
);
