import { expect, test } from 'vitest';
import { kernelPayload } from '../../../src/appliance/kernel-image.ts';

const xz = Buffer.from('fd377a585a00', 'hex');

/** A bzImage with a set-up of three sectors and `payload` 0x40 bytes behind it. */
function bzImage(payload: Buffer, magic = 'HdrS'): Buffer {
  const image = Buffer.alloc(3 * 512 + 0x40 + payload.length + 4 + 100, 0xee);
  image.writeUInt8(2, 0x1f1);
  image.write(magic, 0x202, 'latin1');
  image.writeUInt32LE(0x40, 0x248);
  image.writeUInt32LE(payload.length + 4, 0x24c);
  payload.copy(image, 3 * 512 + 0x40);
  return image;
}

test('the payload is what stands behind the set-up, without its size', () => {
  const payload = Buffer.concat([xz, Buffer.from('kernel')]);
  expect(kernelPayload(bzImage(payload))).toEqual(payload);
});

test.each([
  ['packed another way', bzImage(Buffer.from('\x02!L\x18kernel', 'latin1'))],
  ['no kernel', bzImage(xz, 'none')],
  ['too short', Buffer.alloc(100)],
  ['a payload beyond its end', bzImage(xz).subarray(0, 700)],
])('%s is an error', (_what, image) => {
  expect(() => kernelPayload(image)).toThrow(expect.objectContaining({ code: 'appliance.build-failed' }));
});
