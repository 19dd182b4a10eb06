import { expect, test } from 'vitest';
import { floppyBytes, floppyImage } from '../../../src/guest-setup/floppy/fat12.ts';

const options = { label: 'TEST', date: new Date('2026-03-04T05:06:08Z') };
const code = (name: string) => expect.objectContaining({ code: `guest-setup.${name}` });

test('equal input makes an equal floppy of 1.44 MB', () => {
  const files = [{ name: 'A.TXT', content: Buffer.from('hello') }];
  const { bytes, ranges } = floppyImage(files, options);
  expect(bytes.length).toBe(1_474_560);
  expect(floppyImage(files, options).bytes.equals(bytes)).toBe(true);
  const range = ranges.get('A.TXT');
  expect(range).toEqual({ offsetBytes: 33 * 512, sizeBytes: 5 });
  expect(bytes.toString('latin1', 33 * 512, 33 * 512 + 5)).toBe('hello');
});

test('it takes what fits, to the last cluster and the last entry', () => {
  const room = floppyBytes - 33 * 512;
  expect(() => floppyImage([{ name: 'A', content: Buffer.alloc(room) }], options)).not.toThrow();
  expect(() => floppyImage([{ name: 'A', content: Buffer.alloc(room + 1) }], options)).toThrow(
    code('floppy-full'),
  );
  const empty = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `F${index}`, content: Buffer.alloc(0) }));
  expect(() => floppyImage(empty(223), options)).not.toThrow();
  expect(() => floppyImage(empty(224), options)).toThrow(code('floppy-full'));
});

test.each(['', 'winnt.sif', 'TOOLONGNAME.TXT', 'A.LONG', 'A B', 'A/B', 'CON', 'NUL.TXT', 'COM1.SIF', '.SIF'])(
  'a file cannot be called %j',
  (name) => {
    expect(() => floppyImage([{ name, content: Buffer.alloc(1) }], options)).toThrow(code('bad-path'));
  },
);

test('the same name twice is refused, and so is a bad label', () => {
  const file = { name: 'A', content: Buffer.alloc(1) };
  expect(() => floppyImage([file, file], options)).toThrow(code('bad-path'));
  expect(() => floppyImage([], { ...options, label: 'small' })).toThrow(code('bad-label'));
});
