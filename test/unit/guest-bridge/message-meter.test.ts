import { describe, expect, it } from 'vitest';
import { MessageMeter } from '../../../src/guest-bridge/connection/message-meter.ts';

/** A WebSocket frame as a server sends it. */
function wsFrame(payload: number, { fin = true, opcode = 2 } = {}): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const body = Buffer.alloc(payload, 0x81);
  if (payload < 126) return Buffer.concat([Buffer.from([first, payload]), body]);
  const long = Buffer.alloc(payload < 65_536 ? 4 : 10);
  long[0] = first;
  if (payload < 65_536) {
    long[1] = 126;
    long.writeUInt16BE(payload, 2);
  } else {
    long[1] = 127;
    long.writeBigUInt64BE(BigInt(payload), 2);
  }
  return Buffer.concat([long, body]);
}

function meterAt(maxBytes: number) {
  const clock = { ms: 0 };
  return { clock, meter: new MessageMeter(maxBytes, () => clock.ms) };
}

describe('message meter', () => {
  const stream = Buffer.concat([0, 1, 125, 126, 4000, 65_535, 65_536, 70_000].map((size) => wsFrame(size)));

  it.each([1, 2, 7, 4096, stream.length])('counts frames, fed %i bytes at a time', (step) => {
    const { clock, meter } = meterAt(100_000);
    for (let at = 0; at < stream.length; at += step) {
      clock.ms++;
      expect(meter.feed(stream.subarray(at, at + step))).toBeUndefined();
    }
    expect(meter.takeFrames()).toBe(8);
    expect(meter.takeFrames()).toBe(0);
    clock.ms += 1000;
    expect(meter.unfinishedMs()).toBe(0);
  });

  it('knows an oversized message by its header', () => {
    expect(meterAt(1024).meter.feed(wsFrame(1024))).toBeUndefined();
    expect(meterAt(1024).meter.feed(wsFrame(1025).subarray(0, 4))).toBe('too-large');
    expect(meterAt(1024).meter.feed(Buffer.from('827fffffffffffffffff', 'hex'))).toBe('too-large');
  });

  it('adds up fragments, and not messages', () => {
    const { meter } = meterAt(1024);
    meter.feed(wsFrame(1000));
    expect(meter.feed(wsFrame(1000))).toBeUndefined();
    meter.feed(wsFrame(1000, { fin: false }));
    expect(meter.feed(wsFrame(25, { opcode: 0 }))).toBe('too-large');
  });

  it('tells since when a message is unfinished', () => {
    const { clock, meter } = meterAt(1024);
    const message = wsFrame(100);
    meter.feed(message.subarray(0, 1));
    clock.ms = 50;
    meter.feed(message.subarray(1, 60));
    expect(meter.unfinishedMs()).toBe(50);
    meter.restartClock();
    expect(meter.unfinishedMs()).toBe(0);
    meter.feed(message.subarray(60));
    clock.ms = 90;
    expect(meter.unfinishedMs()).toBe(0);
  });

  it('is not fooled by pings between fragments', () => {
    const { clock, meter } = meterAt(1024);
    meter.feed(wsFrame(10, { fin: false }));
    clock.ms = 40;
    meter.feed(wsFrame(4, { opcode: 9 }));
    expect(meter.unfinishedMs()).toBe(40);
    meter.feed(wsFrame(10, { opcode: 0 }));
    expect(meter.unfinishedMs()).toBe(0);
  });

  it('sees the second message begun in the chunk that ends the first', () => {
    const { clock, meter } = meterAt(1024);
    meter.feed(Buffer.concat([wsFrame(10), wsFrame(10).subarray(0, 5)]));
    clock.ms = 30;
    expect(meter.unfinishedMs()).toBe(30);
  });

  describe('with a sink', () => {
    const small = wsFrame(200);
    const large = wsFrame(5000);
    const text = wsFrame(3000, { opcode: 1 });
    const parts = [
      small,
      large,
      text,
      large,
      wsFrame(2500, { fin: false }),
      wsFrame(2500, { opcode: 0 }),
      large,
    ];
    const stream = Buffer.concat(parts);

    /** Takes binary messages of 1000 bytes and more; gives what happened in its order. */
    function recorder(takes = true) {
      const passed: Buffer[] = [];
      const order: string[] = [];
      return {
        order,
        passed: () => Buffer.concat(passed),
        pass(bytes: Uint8Array) {
          passed.push(Buffer.from(bytes));
          if (order.at(-1) !== 'passed') order.push('passed');
        },
        memoryFor: (sizeBytes: number) => (takes && sizeBytes >= 1000 ? Buffer.alloc(sizeBytes) : undefined),
        filled(message: Uint8Array) {
          expect(Buffer.alloc(5000, 0x81).equals(message)).toBe(true);
          order.push(`taken ${message.length}`);
        },
      };
    }

    it('takes whole large binary messages out, in their order', () => {
      const sink = recorder();
      expect(meterAt(100_000).meter.feed(stream, sink)).toBeUndefined();
      expect(sink.order).toEqual(['passed', 'taken 5000', 'passed', 'taken 5000', 'passed', 'taken 5000']);
      const others = parts.filter((part) => part !== large);
      expect(sink.passed().equals(Buffer.concat(others))).toBe(true);
    });

    it.each([1, 2, 3, 9, 777])('loses nothing, fed %i bytes at a time', (step) => {
      const sink = recorder();
      const { meter } = meterAt(100_000);
      let taken = 0;
      for (let at = 0; at < stream.length; at += step) meter.feed(stream.subarray(at, at + step), sink);
      taken = sink.order.filter((each) => each.startsWith('taken')).length;
      expect(sink.passed().length).toBe(stream.length - taken * large.length);
      expect(meter.takeFrames()).toBe(parts.length);
      expect(meter.unfinishedMs()).toBe(0);
    });

    it('lets the rest of a message be read into its memory', () => {
      const sink = recorder();
      const { meter } = meterAt(100_000);
      meter.feed(large.subarray(0, 100), sink);
      const wanted = meter.wanted;
      expect(wanted?.length).toBe(large.length - 100);
      large.copy(wanted ?? Buffer.alloc(0), 0, 100, 600);
      meter.fedInPlace(500, sink);
      meter.feed(large.subarray(600), sink);
      expect(sink.order).toEqual(['taken 5000']);
      expect(meter.wanted).toBeUndefined();
    });

    it.each([
      ['masked', Buffer.concat([Buffer.from([0x82, 0xfe, 0x10, 0, 1, 2, 3, 4]), Buffer.alloc(4096)])],
      ['with a reserved bit', Buffer.concat([Buffer.from([0xc2, 0x7e, 0x10, 0]), Buffer.alloc(4096)])],
      ['between fragments', Buffer.concat([wsFrame(10, { fin: false }), wsFrame(4096)])],
    ])('leaves one %s to the library, which refuses it', (_what, bytes) => {
      const sink = recorder();
      meterAt(100_000).meter.feed(bytes, sink);
      expect(sink.passed().equals(bytes)).toBe(true);
    });
  });
});
