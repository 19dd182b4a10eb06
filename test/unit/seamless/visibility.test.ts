import { expect, it } from 'vitest';
import { leastOpacity, visibilityOf } from '../../../src/seamless/visibility.ts';

const shape = [{ x: 0, y: 0, width: 5, height: 5 }];

it('a window that is not to be seen is not there at all', () => {
  expect(visibilityOf({ shape: undefined, opacity: 0 })).toEqual({ shape: [], opacity: 255 });
  expect(visibilityOf({ shape, opacity: 0 }).shape).toEqual([]);
});

it('a window that hardly shows is shown well', () => {
  expect(visibilityOf({ shape: undefined, opacity: 1 })).toEqual({ shape: undefined, opacity: leastOpacity });
  expect(visibilityOf({ shape, opacity: 200 })).toEqual({ shape, opacity: 200 });
});
