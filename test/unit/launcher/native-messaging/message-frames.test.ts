import { expect, test } from 'vitest';
import {
  FrameReader,
  framed,
  longestFromBrowserBytes,
} from '../../../../src/launcher/native-messaging/message-frames.ts';

const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};
function frame(content: Buffer | string, length = Buffer.byteLength(content)): Buffer {
  const head = Buffer.alloc(4);
  new Uint32Array(head.buffer, head.byteOffset, 1)[0] = length;
  return Buffer.concat([head, Buffer.from(content)]);
}

test('messages come out as they went in, in whatever pieces they come', () => {
  const messages = [{ id: 1 }, { url: `http://x/${'é'.repeat(50_000)}` }, {}];
  const bytes = Buffer.concat(messages.map(framed));
  expect(new FrameReader().push(bytes)).toEqual(messages);
  for (const size of [1, 3, 4, 5, 65_536]) {
    const reader = new FrameReader();
    const got: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) got.push(...reader.push(bytes.subarray(at, at + size)));
    expect(got).toEqual(messages);
  }
});

test('a length comes before its message in the machine’s own order', () => {
  expect(framed({ a: 1 })).toEqual(frame('{"a":1}'));
});

test('what is no message ends it, before it is there', () => {
  const read = (bytes: Buffer) => codeOf(() => new FrameReader().push(bytes));
  expect(read(frame('', longestFromBrowserBytes + 1))).toBe('browser.message-too-long');
  expect(read(Buffer.from([255, 255, 255, 255]))).toBe('browser.message-too-long');
  expect(read(frame('', longestFromBrowserBytes))).toBe(undefined);
  expect(read(frame(''))).toBe('browser.bad-message');
  expect(read(frame('{"a":'))).toBe('browser.bad-message');
  expect(read(frame(Buffer.from([0x22, 0xff, 0x22])))).toBe('browser.bad-message');
  expect(read(frame('[1]'))).toBe(undefined);
});

test('a browser is sent no more than it takes', () => {
  expect(framed({ a: 'x'.repeat(1024 * 1024 - 8) })).toHaveLength(4 + 1024 * 1024);
  expect(codeOf(() => framed({ a: 'x'.repeat(1024 * 1024 - 7) }))).toBe('browser.message-too-long');
});
