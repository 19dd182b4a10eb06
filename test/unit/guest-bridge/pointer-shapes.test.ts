import { beforeEach, describe, expect, it } from 'vitest';
import { LiveModel } from '../../../src/guest-bridge/model/live-model.ts';
import type { cursorShapes } from '../../../src/guest-bridge/protocol/from-guest.ts';
import { limits } from '../../../src/guest-bridge/protocol/limits.ts';
import { encodeCursor } from '../../component/fixtures/agent-encoding.ts';
import { wireWindow } from '../../component/fixtures/wire-window.ts';

const size = { width: 1, height: 1 };
const idOf = (index: number) => index.toString(16).padStart(16, '0');

let model: LiveModel;
const send = (index: number) =>
  model.receiveBinary(encodeCursor(idOf(index), size, { x: 0, y: 0 }, Buffer.from([index & 255, 0, 0, 255])));
const point = (windowId: number, shape: (typeof cursorShapes)[number], index?: number) =>
  model.receive({
    type: 'cursor',
    windowId,
    shape,
    ...(index === undefined ? {} : { cursorId: idOf(index) }),
  });

beforeEach(() => {
  model = new LiveModel(2);
  model.reset({ width: 800, height: 600 }, false);
  model.receive({ type: 'window-created', window: wireWindow({ windowId: 1 }) });
});

describe('the pointer over a window', () => {
  it('is an arrow until the guest says otherwise, and again in a new connection', () => {
    expect(model.cursorOf(1)).toEqual({ shape: 'arrow', image: undefined });
    expect(point(1, 'text')).toEqual([{ kind: 'cursorChanged', windowId: 1 }]);
    expect(model.cursorOf(1).shape).toBe('text');
    model.reset({ width: 800, height: 600 }, true);
    expect(model.cursorOf(1).shape).toBe('arrow');
  });

  it('has a picture that came before; one that did not come is an arrow', () => {
    send(1);
    point(1, 'custom', 1);
    expect(model.cursorOf(1)).toMatchObject({ shape: 'custom', image: { cursorId: idOf(1), width: 1 } });
    point(1, 'custom', 2);
    expect(model.cursorOf(1)).toEqual({ shape: 'arrow', image: undefined });
    point(1, 'custom');
    expect(model.cursorOf(1).shape).toBe('arrow');
  });

  it('is nothing to an ended window, and a violation for one that never was', () => {
    model.receive({ type: 'window-destroyed', windowId: 1 });
    expect(point(1, 'text')).toEqual([]);
    expect(model.cursorOf(1).shape).toBe('arrow');
    expect(() => point(2, 'text')).toThrowError(expect.objectContaining({ code: 'bridge.unknown-window' }));
  });

  it('costs bounded memory: of thousands of pictures the last ones are kept, in the order in which they came', () => {
    for (let index = 1; index <= 5_000; index++) send(index);
    const kept = (index: number) => {
      point(1, 'custom', index);
      return model.cursorOf(1).image !== undefined;
    };
    expect(kept(5_000)).toBe(true);
    expect(kept(5_001 - limits.cursors)).toBe(true);
    expect(kept(5_000 - limits.cursors)).toBe(false);
    // One that is there keeps its place, as the agent counts.
    send(5_001 - limits.cursors);
    send(6_000);
    expect(kept(5_001 - limits.cursors)).toBe(false);
  });
});
