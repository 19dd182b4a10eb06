import { expect, it } from 'vitest';
import { summaryLine, summaryOf } from '../../../scripts/setup/test-summary.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

it('counts tests, and a file that could not be loaded as one failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [file('passed', 'passed'), file('failed', 'passed', 'failed'), file('failed')],
  };
  expect(summaryLine(summaryOf(report))).toBe('3 passed, 2 failed, 3 skipped');
});

it('does not take something else for a report', () => {
  expect(() => summaryOf({ success: true })).toThrow();
});
