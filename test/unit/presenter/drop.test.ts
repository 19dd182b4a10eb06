import { describe, expect, test } from 'vitest';
import { dragEnter, dragPosition, dropTime } from '../../../src/presenter/x11/drop/drag-messages.ts';
import { DropTarget } from '../../../src/presenter/x11/drop/drop-target.ts';

describe('messages', () => {
  test('entering: the version, and up to three types or the sign that there are more', () => {
    expect(dragEnter([7, 5 << 24, 11, 0, 13])).toEqual({ source: 7, version: 5, types: [11, 13] });
    expect(dragEnter([7, ((4 << 24) | 1) >>> 0, 11, 12, 13])).toMatchObject({ version: 4, types: undefined });
    expect(dragEnter([7, 2 << 24, 11, 0, 0])).toBeUndefined();
    expect(dragEnter([7, (200 << 24) >>> 0, 11, 0, 0])).toBeUndefined();
  });

  test('places left of and above the screen, and times that look negative', () => {
    expect(dragPosition([7, 0, 0xfff6_0014])).toEqual({ x: -10, y: 20 });
    expect(dragPosition([7, 0, (300 << 16) | 0xffff])).toEqual({ x: 300, y: -1 });
    expect(dropTime([7, 0, -1])).toBe(0xffff_ffff);
  });
});

const [uriList, otherType, copy, source] = [70, 71, 72, 0x400001];
const enter = [source, 5 << 24, otherType, uriList, 0];
const position = (x: number, y: number) => [source, 0, (x << 16) | y, 1000, copy];
const drop = [source, 0, 2000, 0, 0];

function rig({ listed = [] as readonly number[], hasList = true } = {}) {
  const said: { message: string; to: number; data: readonly number[] }[] = [];
  const asked: number[] = [];
  const taken: { paths: readonly string[]; at: { x: number; y: number } }[] = [];
  const window = {
    id: 0x200001,
    corner: () => ({ x: 100, y: 50 }),
    drops: {
      mayDrop: () => state.open,
      dropped: async (paths: readonly string[], at: { x: number; y: number }) => {
        taken.push({ paths, at });
        return state.accepts;
      },
    },
  };
  const state = { open: true, accepts: true };
  const target = new DropTarget({
    atoms: { XdndActionCopy: copy, 'text/uri-list': uriList },
    say: (to, message, data) => said.push({ message, to, data }),
    typesOf: async () => listed,
    listAt: async (time) => {
      asked.push(time);
      return hasList ? 'file:///a' : undefined;
    },
  });
  return { target, window, state, said, asked, taken };
}

const status = (accepts: boolean) => ({
  message: 'XdndStatus',
  to: source,
  data: [0x200001, accepts ? 3 : 2, 0, 0, accepts ? copy : 0],
});
const finished = (accepted: boolean) => ({
  message: 'XdndFinished',
  to: source,
  data: [0x200001, accepted ? 1 : 0, accepted ? copy : 0, 0, 0],
});

describe('a drag', () => {
  test('files are accepted as a copy, asked for by the drop’s time, and given where the pointer was', async () => {
    const { target, window, said, asked, taken } = rig();
    await target.take('XdndEnter', window, enter);
    await target.take('XdndPosition', window, position(110, 60));
    await target.take('XdndPosition', window, position(140, 75));
    await target.take('XdndDrop', window, drop);
    expect(said).toEqual([status(true), status(true), finished(true)]);
    expect(asked).toEqual([2000]);
    expect(taken).toEqual([{ paths: ['/a'], at: { x: 40, y: 25 } }]);
  });

  test('more than three types are looked up', async () => {
    const listed = [otherType, otherType, otherType, uriList];
    const { target, window, said } = rig({ listed });
    await target.take('XdndEnter', window, [source, (5 << 24) | 1, otherType, otherType, otherType]);
    await target.take('XdndPosition', window, position(110, 60));
    expect(said).toEqual([status(true)]);
  });

  test('what is no files is refused, and so is its drop', async () => {
    const { target, window, said, taken } = rig();
    await target.take('XdndEnter', window, [source, 5 << 24, otherType, 0, 0]);
    await target.take('XdndPosition', window, position(110, 60));
    await target.take('XdndDrop', window, drop);
    expect(said).toEqual([status(false), finished(false)]);
    expect(taken).toEqual([]);
  });

  test('a window that takes none just now refuses, also at the last moment', async () => {
    const { target, window, state, said, taken } = rig();
    state.open = false;
    await target.take('XdndEnter', window, enter);
    await target.take('XdndPosition', window, position(110, 60));
    state.open = true;
    await target.take('XdndPosition', window, position(110, 60));
    state.open = false;
    await target.take('XdndDrop', window, drop);
    expect(said).toEqual([status(false), status(true), finished(false)]);
    expect(taken).toEqual([]);
  });

  test('after it left, of another source, or of an unknown version: every question is answered with no', async () => {
    const { target, window, said, taken } = rig();
    await target.take('XdndEnter', window, enter);
    await target.take('XdndPosition', window, position(110, 60));
    await target.take('XdndLeave', window, [source + 1, 0, 0, 0, 0]);
    await target.take('XdndPosition', window, position(110, 60));
    await target.take('XdndLeave', window, [source, 0, 0, 0, 0]);
    await target.take('XdndDrop', window, drop);
    await target.take('XdndEnter', window, [source, 6 << 24, uriList, 0, 0]);
    await target.take('XdndPosition', window, position(110, 60));
    expect(said).toEqual([status(true), status(true), finished(false), status(false)]);
    expect(taken).toEqual([]);
  });

  test('a list that does not come is none, and who takes the files has the last word', async () => {
    const { target, window, state, said, taken } = rig({ hasList: false });
    state.accepts = false;
    await target.take('XdndEnter', window, enter);
    await target.take('XdndPosition', window, position(110, 60));
    await target.take('XdndDrop', window, drop);
    expect(taken).toEqual([{ paths: [], at: { x: 10, y: 10 } }]);
    expect(said.at(-1)).toEqual(finished(false));
  });

  test('a window that goes takes its drag along', async () => {
    const { target, window, said } = rig();
    await target.take('XdndEnter', window, enter);
    target.forget(window.id);
    await target.take('XdndPosition', window, position(110, 60));
    expect(said).toEqual([status(false)]);
  });
});
