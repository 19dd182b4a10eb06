import { expect, it } from 'vitest';
import { type BuildProgress, runSteps } from '../../../src/appliance/progress.ts';

it('adds the steps up by weight and never goes back', async () => {
  const told: BuildProgress[] = [];
  const steps = [
    { description: 'a', weight: 3, run: async () => {} },
    {
      description: 'b',
      weight: 2,
      run: async (tell: (done: number) => void) => {
        tell(0.5);
        tell(0.25);
        tell(7);
      },
    },
  ];
  await runSteps(steps, (progress) => told.push(progress));
  expect(told.map(({ current, description }) => [current, description])).toEqual([
    [0, 'a'],
    [3, 'b'],
    [4, 'b'],
    [4, 'b'],
    [5, 'b'],
    [5, 'Ready'],
  ]);
  expect(new Set(told.map(({ max }) => max))).toEqual(new Set([5]));
});

it('stops at the first step that fails', async () => {
  const ran: string[] = [];
  const step = (description: string, failure?: Error) => ({
    description,
    weight: 1,
    run: async () => {
      ran.push(description);
      if (failure !== undefined) throw failure;
    },
  });
  const failure = new Error('b');
  await expect(runSteps([step('a'), step('b', failure), step('c')], () => {})).rejects.toBe(failure);
  expect(ran).toEqual(['a', 'b']);
});
