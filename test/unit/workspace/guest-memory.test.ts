import { expect, test } from 'vitest';
import { automaticMemoryMiB } from '../../../src/workspace/guest-memory.ts';

test.each([
  [512, 378],
  [1024, 378],
  [2047, 512],
  [2048, 512],
  [4096, 1024],
  [8192, 1536],
  [16384, 2048],
  [262144, 2048],
])('a host with %i MiB gives an image %i', (hostMiB, guestMiB) => {
  expect(automaticMemoryMiB('image', hostMiB)).toBe(guestMiB);
});

test('a host counts by what was built in, though its kernel tells of less', () => {
  expect(automaticMemoryMiB('image', 3800)).toBe(1024);
  expect(automaticMemoryMiB('image', 7800)).toBe(1536);
  expect(automaticMemoryMiB('image', 3000)).toBe(512);
});

test('the built-in guest is as small on every host', () => {
  expect([512, 4096, 262144].map((host) => automaticMemoryMiB('builtin', host))).toEqual([384, 384, 384]);
});
