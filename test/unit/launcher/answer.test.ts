import { expect, test } from 'vitest';
import { answerIn } from '../../../src/launcher/answer.ts';

const error = { code: 'a.b', message: 'A.', hint: 'B.' };

test.each([[{ id: 1, result: {} }], [{ id: 0, error }], [{ id: 2, event: { workspaces: [] } }]])(
  '%j is an answer',
  (message) => {
    expect(answerIn(message)).toBe(message);
  },
);

test.each([
  [null],
  [[]],
  ['text'],
  [{ result: {} }],
  [{ id: 'a', result: {} }],
  [{ id: 1.5, result: {} }],
  [{ id: 1 }],
  [{ id: 1, result: [] }],
  [{ id: 1, event: null }],
  [{ id: 1, error: { code: 'a.b', message: 'A.' } }],
  [{ id: 1, error: { ...error, hint: 7 } }],
])('%j is none', (message) => {
  expect(answerIn(message)).toBeUndefined();
});
