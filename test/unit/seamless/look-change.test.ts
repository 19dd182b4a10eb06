import { describe, expect, it } from 'vitest';
import type { SurfaceLook } from '../../../src/presenter/presenter.ts';
import { changedLook } from '../../../src/seamless/look-change.ts';

const icon = { width: 1, height: 1, bgra: Buffer.alloc(4) };
const look: SurfaceLook = {
  kind: 'normal',
  title: 'a',
  applicationClass: 'x',
  owner: undefined,
  modal: false,
  acceptsFocus: true,
  above: false,
  decorated: true,
  resizable: true,
  minSize: { width: 10, height: 10 },
  maxSize: undefined,
  icons: [icon],
  shape: undefined,
  opacity: 255,
};

describe('what differs between two looks', () => {
  it('is nothing for equal ones, whoever made their parts', () => {
    expect(changedLook(look, { ...look, minSize: { width: 10, height: 10 }, icons: [icon] })).toEqual({});
  });

  it('is each part that changed', () => {
    const after = { ...look, title: 'b', minSize: undefined, icons: [{ ...icon, bgra: Buffer.alloc(4) }] };
    expect(Object.keys(changedLook(look, after))).toEqual(['title', 'minSize', 'icons']);
    const round = { ...look, shape: [{ x: 1, y: 0, width: 2, height: 1 }] };
    expect(changedLook(round, { ...look, shape: [{ x: 1, y: 0, width: 2, height: 1 }] })).toEqual({});
    expect(Object.keys(changedLook(round, look))).toEqual(['shape']);
    expect(Object.keys(changedLook(round, { ...round, shape: [] }))).toEqual(['shape']);
    expect(Object.keys(changedLook(look, { ...look, icons: [] }))).toEqual(['icons']);
    expect(changedLook(look, { ...look, maxSize: { width: 5, height: 5 } })).toEqual({
      maxSize: { width: 5, height: 5 },
    });
  });
});
