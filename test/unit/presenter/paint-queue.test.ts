import { expect, test } from 'vitest';
import type { PixelPatch } from '../../../src/presenter/presenter.ts';
import { PaintQueue } from '../../../src/presenter/x11/pixels/paint-queue.ts';

const size = { width: 8, height: 8 };
const fill = (bgrx: number): PixelPatch[] => [
  { kind: 'fill', rect: { x: 0, y: 0, width: bgrx, height: 1 }, bgrx },
];

/** A target that writes down what happens; the server answers when told to. */
function recorder() {
  const steps: string[] = [];
  const answers: (() => void)[] = [];
  const queue = new PaintQueue({
    draw: (_, patches) => {
      for (const patch of patches) {
        if (patch.kind === 'fill' && patch.bgrx === 13) throw new RangeError('outside');
        steps.push(`draw ${patch.rect.width}`);
      }
    },
    show: (rects) => steps.push(`show ${rects.map(({ width }) => width).join(' ')}`),
    synced: () => new Promise((resolve) => answers.push(resolve)),
  });
  const answer = async () => {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, steps, answer };
}

test('the first frame is drawn and shown at once', () => {
  const { queue, steps } = recorder();
  void queue.paint(size, fill(1));
  expect(steps).toEqual(['draw 1', 'show 1']);
});

test('memory that the server may be reading is not drawn into; what came meanwhile goes together', async () => {
  const { queue, steps, answer } = recorder();
  const done: number[] = [];
  for (const frame of [1, 2, 3]) void queue.paint(size, fill(frame)).then(() => done.push(frame));
  expect(steps).toEqual(['draw 1', 'show 1']);
  await answer();
  expect(done).toEqual([1]);
  expect(steps).toEqual(['draw 1', 'show 1', 'draw 2', 'draw 3', 'show 2 3']);
  await answer();
  expect(done).toEqual([1, 2, 3]);
});

test('a frame that cannot be drawn is refused, the others are shown', async () => {
  const { queue, steps, answer } = recorder();
  const first = queue.paint(size, fill(1));
  const bad = queue.paint(size, fill(13));
  const last = queue.paint(size, fill(2));
  const refused = expect(bad).rejects.toThrow(RangeError);
  await answer();
  await refused;
  await answer();
  await Promise.all([first, last]);
  expect(steps).toEqual(['draw 1', 'show 1', 'draw 2', 'show 2']);
});
