import { beforeEach, describe, expect, it } from 'vitest';
import { LiveModel, type ModelMessage } from '../../../src/guest-bridge/model/live-model.ts';
import type { WireWindow } from '../../../src/guest-bridge/protocol/from-guest.ts';
import { limits } from '../../../src/guest-bridge/protocol/limits.ts';
import { encodeFrame, encodeIcon, type WireFrame } from '../../component/fixtures/agent-encoding.ts';
import { wireWindow } from '../../component/fixtures/wire-window.ts';

const size = { width: 4, height: 2 };
const fill = { kind: 'fill', rect: { x: 0, y: 0, ...size }, bgrx: 1 } as const;
const code = (value: string) => expect.objectContaining({ code: value });

let model: LiveModel;

function create(windowId: number, part: Partial<WireWindow> = {}) {
  return model.receive({ type: 'window-created', window: wireWindow({ windowId, ...part }) });
}
function change(windowId: number, part: Partial<WireWindow> = {}) {
  return model.receive({ type: 'window-changed', window: wireWindow({ windowId, ...part }) });
}
function destroy(windowId: number) {
  return model.receive({ type: 'window-destroyed', windowId });
}
function arrange(zOrder: number[], activeId = 0) {
  return model.receive({ type: 'desktop-changed', desktop: { width: 800, height: 600 }, zOrder, activeId });
}
function frame(part: Partial<WireFrame> = {}) {
  return model.receiveBinary(
    encodeFrame({ windowId: 1, sequence: 1, whole: true, size, patches: [fill], ...part }),
  );
}

beforeEach(() => {
  model = new LiveModel(2);
  model.reset({ width: 800, height: 600 }, false);
});

describe('windows', () => {
  it('are created, changed and destroyed', () => {
    expect(create(1)).toMatchObject([{ kind: 'windowCreated', window: { windowId: 1, title: 'Window 1' } }]);
    expect(change(1, { title: 'Other' })).toMatchObject([
      { kind: 'windowChanged', window: { title: 'Other' }, before: { title: 'Window 1' } },
    ]);
    expect(destroy(1)).toMatchObject([{ kind: 'windowDestroyed', window: { title: 'Other' } }]);
    expect(model.windows.size).toBe(0);
  });

  it('never use an id twice, alive or ended', () => {
    create(1);
    expect(() => create(1)).toThrowError(code('bridge.id-reused'));
    destroy(1);
    expect(() => create(1)).toThrowError(code('bridge.id-reused'));
  });

  it('remember ended ids over a reconnect to the same agent, and not to another', () => {
    create(1);
    destroy(1);
    create(2);
    model.reset({ width: 800, height: 600 }, true);
    expect(() => create(1)).toThrowError(code('bridge.id-reused'));
    expect(create(2)).toHaveLength(1);
    model.reset({ width: 800, height: 600 }, false);
    expect(create(1)).toHaveLength(1);
  });

  it('must exist to change or end', () => {
    expect(() => change(1)).toThrowError(code('bridge.unknown-window'));
    expect(() => destroy(1)).toThrowError(code('bridge.unknown-window'));
    create(1);
    destroy(1);
    expect(() => change(1)).toThrowError(code('bridge.unknown-window'));
    expect(() => destroy(1)).toThrowError(code('bridge.unknown-window'));
  });

  it('are at most as many as the limit says, though ten thousand come', () => {
    const all = () => {
      for (let id = 1; id <= 10_000; id++) create(id);
    };
    expect(all).toThrowError(expect.objectContaining({ code: 'bridge.too-many', closeCode: 4429 }));
    expect(model.windows.size).toBe(limits.windows);
  });

  it('come and go for ever with bounded memory', () => {
    for (let id = 1; id <= 100_000; id++) {
      create(id);
      destroy(id);
    }
    expect(model.windows.size).toBe(0);
    expect(() => create(100_000)).toThrowError(code('bridge.id-reused'));
  });

  it('have titles that are safe to show', () => {
    create(1, {
      title: 'Invoice\u202egnp.exe\u0000\u001b[2J\u2028\u200b x\ud800',
      className: '\u0007',
      executable: 'a\nb',
    });
    const window = model.windows.get(1);
    expect(window?.title).toBe('Invoice gnp.exe [2J x');
    expect(window).toMatchObject({ className: '', executable: 'a b' });
  });

  it('have surfaces that frames can carry', () => {
    create(1, { surface: { x: -5, y: 7, width: 32_767, height: 0 } });
    expect(model.windows.get(1)?.surface).toEqual({ x: -5, y: 7, width: 8192, height: 1 });
  });

  it('have shapes inside their surfaces', () => {
    const whole = { x: -3, y: -3, width: 200, height: 200 };
    const [outside, across] = [
      { ...whole, x: 64 },
      { x: 60, y: 40, width: 9, height: 9 },
    ];
    create(1, { shape: [outside, across], opacity: 7 });
    const shape = [{ x: 60, y: 40, width: 4, height: 8 }];
    expect(model.windows.get(1)).toMatchObject({ shape, opacity: 7 });
    change(1, { shape: [outside] });
    expect(model.windows.get(1)).toMatchObject({ shape: [], opacity: 255 });
    change(1, { shape: [across, whole] });
    expect(model.windows.get(1)?.shape).toBeUndefined();
  });

  it('have size limits that make sense', () => {
    const none = { width: 0, height: 0 };
    create(1, { minSize: none, maxSize: none });
    expect(model.windows.get(1)).toMatchObject({ minSize: undefined, maxSize: undefined });
    create(2, { minSize: { width: 100, height: 0 }, maxSize: { width: 50, height: 0 } });
    expect(model.windows.get(2)).toMatchObject({
      minSize: { width: 100, height: 1 },
      maxSize: { width: 100, height: 8192 },
    });
  });
});

describe('owners', () => {
  const ownerOf = (id: number) => model.windows.get(id)?.ownerId;

  it('must be alive', () => {
    create(1);
    create(2, { ownerId: 1 });
    create(3, { ownerId: 99 });
    expect([ownerOf(2), ownerOf(3)]).toEqual([1, 0]);
  });

  it('form no cycle', () => {
    create(1, { ownerId: 1 });
    create(2, { ownerId: 1 });
    create(3, { ownerId: 2 });
    change(1, { ownerId: 3 });
    change(2, { ownerId: 2 });
    expect([ownerOf(1), ownerOf(2), ownerOf(3)]).toEqual([0, 0, 2]);
  });

  it('leave orphans, told before their end', () => {
    create(1);
    create(2, { ownerId: 1 });
    expect(destroy(1)).toMatchObject([
      { kind: 'windowChanged', window: { windowId: 2, ownerId: 0 }, before: { ownerId: 1 } },
      { kind: 'windowDestroyed', window: { windowId: 1 } },
    ]);
    expect(ownerOf(2)).toBe(0);
  });
});

describe('the desktop', () => {
  it('has an order of living windows, each once', () => {
    create(1);
    create(2);
    create(3);
    destroy(3);
    arrange([2, 3, 1, 2], 3);
    expect(model.desktop).toEqual({ size: { width: 800, height: 600 }, zOrder: [2, 1], activeId: 0 });
    arrange([1, 2], 1);
    destroy(1);
    expect(model.desktop).toMatchObject({ zOrder: [2], activeId: 0 });
  });

  it('names no window that never was', () => {
    expect(() => arrange([7])).toThrowError(code('bridge.unknown-window'));
    expect(() => arrange([], 7)).toThrowError(code('bridge.unknown-window'));
  });
});

describe('frames', () => {
  beforeEach(() => void create(1));

  it('come in order, and only so many without an acknowledgement', () => {
    expect(frame()).toMatchObject([{ kind: 'frame', frame: { sequence: 1, whole: true, size } }]);
    expect(frame({ sequence: 2, whole: false })).toHaveLength(1);
    expect(() => frame({ sequence: 3 })).toThrowError(
      expect.objectContaining({ code: 'bridge.flood', closeCode: 4429 }),
    );
    expect(model.acknowledge(1, 2)).toBe(true);
    expect(frame({ sequence: 3 })).toHaveLength(1);
  });

  it('have no gaps and no repeats', () => {
    expect(() => frame({ sequence: 2 })).toThrowError(code('bridge.frame-gap'));
    frame();
    expect(() => frame()).toThrowError(code('bridge.frame-gap'));
  });

  it('begin with the whole surface, at every size', () => {
    expect(() => frame({ whole: false })).toThrowError(code('bridge.bad-frame'));
    frame();
    const larger = { width: 5, height: 2 };
    expect(() => frame({ sequence: 2, whole: false, size: larger })).toThrowError(code('bridge.bad-frame'));
    expect(frame({ sequence: 2, whole: true, size: larger })).toHaveLength(1);
  });

  it('are dropped for a window that ended, and refused for one that never was', () => {
    destroy(1);
    expect(frame()).toEqual([]);
    // Not even looked into: what is late is not worth inflating.
    expect(frame({ sequence: 9, whole: false })).toEqual([]);
    expect(() => frame({ windowId: 2 })).toThrowError(code('bridge.unknown-window'));
  });

  it('hold memory until they are acknowledged or their window ends', () => {
    const rect = { x: 0, y: 0, width: 512, height: 512 };
    const bgrx = Buffer.alloc(512 * 512 * 4);
    const wide = { size: { width: 512, height: 512 }, patches: [{ kind: 'deflate', rect, bgrx } as const] };
    frame(wide);
    expect(model.openFrameBytes).toBeGreaterThan(bgrx.length);
    expect(model.acknowledge(1, 7)).toBe(false);
    expect(model.acknowledge(1, 1)).toBe(true);
    expect(model.openFrameBytes).toBe(0);
    frame({ ...wide, sequence: 2 });
    destroy(1);
    expect(model.openFrameBytes).toBe(0);
    expect(model.acknowledge(1, 2)).toBe(false);
  });
});

describe('icons', () => {
  const id = '00000000000000aa';
  const pixels = Buffer.alloc(4, 9);
  const edge = { width: 1, height: 1 };

  it('are known by id; one that never came is none', () => {
    create(1, { iconId: id });
    expect(model.windows.get(1)?.iconId).toBeUndefined();
    model.receiveBinary(encodeIcon(id, edge, pixels));
    change(1, { iconId: id });
    expect(model.windows.get(1)?.iconId).toBe(id);
    expect(model.icon(id)).toMatchObject({ iconId: id, ...edge });
    expect(Buffer.from(model.icon(id)?.bgra ?? [])).toEqual(pixels);
  });

  it('are bounded in number and in memory', () => {
    const send = (index: number, icon: typeof edge) =>
      model.receiveBinary(
        encodeIcon(index.toString(16).padStart(16, '0'), icon, Buffer.alloc(icon.width * icon.height * 4)),
      );
    const many = () => {
      for (let index = 0; index <= limits.icons; index++) send(index, edge);
    };
    expect(many).toThrowError(code('bridge.too-many'));
    model.reset(size, false);
    const large = { width: 256, height: 256 };
    const heavy = () => {
      for (let index = 0; index <= 256; index++) send(index, large);
    };
    expect(heavy).toThrowError(code('bridge.too-many'));
  });
});

describe('applications', () => {
  const application = {
    applicationId: '00000000000000aa',
    name: 'A\u202eb',
    folder: ['\u0000', 'Games'],
    target: 't',
    arguments: '',
  };
  const publish = (part = {}) =>
    model.receive({
      type: 'application-published',
      application: { ...application, ...part },
    } as ModelMessage);

  it('are published, replaced and withdrawn, with names that are safe to show', () => {
    publish();
    expect(model.applications.get('00000000000000aa')).toMatchObject({ name: 'A b', folder: ['?', 'Games'] });
    publish({ name: 'C' });
    expect(model.applications.get('00000000000000aa')?.name).toBe('C');
    const withdraw = () =>
      model.receive({ type: 'application-withdrawn', applicationId: '00000000000000aa' });
    expect(withdraw()).toEqual([{ kind: 'applicationsChanged' }]);
    expect(withdraw()).toEqual([]);
  });

  it('are bounded in number', () => {
    const many = () => {
      for (let index = 0; index <= limits.applications; index++) {
        publish({ applicationId: index.toString(16).padStart(16, '0') });
      }
    };
    expect(many).toThrowError(code('bridge.too-many'));
  });
});
