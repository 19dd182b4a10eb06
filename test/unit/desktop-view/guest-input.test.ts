import { describe, expect, test } from 'vitest';
import { GuestKeys } from '../../../src/desktop-view/guest-keys.ts';
import { GuestPointer } from '../../../src/desktop-view/guest-pointer.ts';
import { pointerLook } from '../../../src/desktop-view/pointer-look.ts';
import {
  keyEvent,
  pointerEvent,
  setEncodings,
  setPixelFormat,
  updateRequest,
} from '../../../src/desktop-view/rfb/client-messages.ts';
import type { KeyEvent } from '../../../src/presenter/presenter.ts';

const noModifiers = {
  ...{ shift: false, ctrl: false, alt: false, altGr: false, super: false },
  ...{ capsLock: false, numLock: false, scrollLock: false },
};

type Held = Partial<KeyEvent['modifiers']>;

function key(scancode: number, down: boolean, more: Partial<KeyEvent> & { held?: Held } = {}): KeyEvent {
  const { held, ...rest } = more;
  return {
    ...{ scancode, down, extended: false, seen: true, kept: false, text: undefined, composed: false },
    ...rest,
    modifiers: { ...noModifiers, ...held },
  };
}

/** `+1d` is left Ctrl down; a symbol behind a colon. */
function keyboard() {
  const told: string[] = [];
  const keys = new GuestKeys((down, scancode, keysym) => {
    told.push(`${down ? '+' : '-'}${scancode.toString(16)}${keysym === 0 ? '' : `:${keysym.toString(16)}`}`);
  });
  return { keys, told };
}

describe('keys', () => {
  test('go as scan codes, whatever the host makes of them', () => {
    const { keys, told } = keyboard();
    keys.key(key(0x10, true, { text: 'a' }));
    keys.key(key(0x10, true, { text: 'a' }));
    keys.key(key(0x10, false));
    keys.key(key(0x4b, true, { extended: true }));
    keys.key(key(0x4b, false, { extended: true }));
    keys.key(key(0x38, true, { extended: true, kept: true }));
    keys.key(key(0x1a, true, { kept: true }));
    keys.key(key(0, true, { text: '文', composed: true }));
    expect(told).toEqual(['+10:61', '+10:61', '-10', '+cb', '-cb', '+b8', '+1a']);
  });

  test('carry what the host makes of them, for the locks and for screens of text', () => {
    const { keys, told } = keyboard();
    keys.key(key(0x1e, true, { text: 'A' }));
    keys.key(key(0x28, true, { text: 'ä' }));
    keys.key(key(0x12, true, { text: '€' }));
    keys.key(key(0x1c, true));
    keys.key(key(0x1c, true, { extended: true }));
    keys.key(key(0x0e, true));
    keys.key(key(0x47, true, { text: '7', held: { numLock: true } }));
    keys.key(key(0x47, true));
    keys.key(key(0x47, true, { extended: true }));
    keys.key(key(0x53, true, { text: ',', held: { numLock: true } }));
    keys.key(key(0x4a, true, { text: '-', held: { numLock: true } }));
    expect(told).toEqual([
      ...['+1e:41', '+28:e4', '+12', '+1c:ff0d', '+9c:ff0d', '+e:ff08'],
      ...['+47:ffb7', '+47:ff95', '+c7', '+53:ffae', '+4a:2d'],
    ]);
  });

  test('that are down go up with the focus, and only those', () => {
    const { keys, told } = keyboard();
    keys.key(key(0x2a, true));
    keys.key(key(0x1e, true));
    keys.key(key(0x1e, false));
    keys.key(key(0x30, false));
    keys.release();
    keys.key(key(0x2a, false));
    expect(told).toEqual(['+2a', '+1e', '-1e', '-2a']);
  });

  test('Ctrl+Alt+End is Ctrl+Alt+Del in the guest, up to its end', () => {
    const { keys, told } = keyboard();
    const held = { ctrl: true, alt: true };
    const end = (down: boolean, held: Held = {}) => keys.key(key(0x4f, down, { extended: true, held }));
    keys.key(key(0x1d, true));
    keys.key(key(0x38, true, { held: { ctrl: true } }));
    end(true, held);
    end(true, held);
    keys.key(key(0x1d, false, { held }));
    end(false);
    keys.key(key(0x38, false));
    end(true);
    end(true, held);
    end(false, held);
    end(true, { ctrl: true });
    expect(told).toEqual(['+1d', '+38', '+d3', '+d3', '-1d', '-d3', '-38', '+cf', '+cf', '-cf', '+cf']);
  });
});

describe('the pointer', () => {
  const pointer = () => {
    const told: string[] = [];
    const guest = new GuestPointer({ width: 640, height: 480 }, (buttons, x, y) => {
      told.push(`${buttons}@${x},${y}`);
    });
    return { guest, told };
  };

  test('is a place inside of the screen', () => {
    const { guest, told } = pointer();
    guest.moveTo({ x: 10, y: 20 });
    guest.button('left', true);
    guest.button('left', true);
    guest.moveTo({ x: -5, y: 999 });
    guest.button('right', true);
    guest.button('back', true);
    guest.release();
    guest.release();
    guest.setSize({ width: 320, height: 200 });
    guest.moveTo({ x: 600, y: 400 });
    guest.moveBy(-10.4, 0);
    expect(told).toEqual(['0@10,20', '1@10,20', '1@0,479', '5@0,479', '0@0,479', '0@319,199', '0@309,199']);
  });

  test('is a way where the guest has a mouse only', () => {
    const { guest, told } = pointer();
    guest.moveTo({ x: 10, y: 20 });
    guest.button('middle', true);
    guest.setMode('relative');
    guest.moveTo({ x: 90, y: 90 });
    guest.moveBy(0, 0);
    guest.moveBy(5, -3);
    guest.moveBy(1e9, -1e9);
    guest.button('left', true);
    expect(told).toEqual(['0@10,20', '2@10,20', '0@10,20', '0@32772,32764', '0@65534,0', '1@32767,32767']);
  });

  test('turns its wheel by whole notches', () => {
    const { guest, told } = pointer();
    guest.wheel(60);
    guest.wheel(60);
    guest.wheel(-240);
    expect(told).toEqual(['8@0,0', '0@0,0', '16@0,0', '0@0,0', '16@0,0', '0@0,0']);
    guest.wheel(1e9);
    expect(told).toHaveLength(6 + 20);
  });

  test('looks as the guest says, within what a desktop has', () => {
    const cursor = (width: number, height: number, fill = 1) => ({
      ...{ width, height, hotSpot: { x: 0, y: 0 } },
      bgra: Buffer.alloc(width * height * 4, fill),
    });
    expect(pointerLook(cursor(0, 0))).toEqual({ kind: 'hidden' });
    expect(pointerLook(cursor(65, 1))).toEqual({ kind: 'shape', shape: 'arrow' });
    const [one, same, other, turned] = [cursor(8, 4), cursor(8, 4), cursor(8, 4, 2), cursor(4, 8)].map(
      (each) => {
        const look = pointerLook(each);
        return look.kind === 'image' ? look.image.key : 'none';
      },
    );
    expect(one).toBe(same);
    expect(new Set([one, other, turned]).size).toBe(3);
  });
});

test('what the client says, to the byte', () => {
  const hex = (bytes: Buffer) => bytes.toString('hex');
  expect(hex(setPixelFormat())).toBe('00000000' + '20180001' + '00ff00ff00ff' + '100800' + '000000');
  expect(hex(setEncodings())).toBe(
    '02000007' + '00000000' + '00000001' + 'fffffecc' + 'ffffff21' + 'ffffff11' + 'fffffefe' + 'fffffeff',
  );
  expect(hex(updateRequest(true, { x: 1, y: 2, width: 720, height: 400 }))).toBe('03010001000202d00190');
  expect(hex(pointerEvent(5, 300, 0x7fff))).toBe('0505012c7fff');
  expect(hex(keyEvent(true, 0xcb, 0x61))).toBe('ff00000100000061000000cb');
});
