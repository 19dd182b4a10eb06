import { describe, expect, it } from 'vitest';
import { LiveModel } from '../../../src/guest-bridge/model/live-model.ts';
import { CHUNK_KIND, readChunk } from '../../../src/guest-bridge/protocol/chunk-codec.ts';
import { decodeControl } from '../../../src/guest-bridge/protocol/control-codec.ts';
import { limits } from '../../../src/guest-bridge/protocol/limits.ts';
import { ProtocolViolation } from '../../../src/guest-bridge/protocol/violation.ts';
import { mutateBytes, mutateJson, Random } from './mutate.ts';
import { bytesOf, readVectors } from './vectors.ts';

/** `XPANE_FUZZ=5000000 npm test` tries more; `XPANE_FUZZ_SEED` repeats a run. */
const runs = Number(process.env.XPANE_FUZZ ?? 100_000);
const seed = Number(process.env.XPANE_FUZZ_SEED ?? 20_240_601);

const texts = ['from-guest/valid.json', 'from-guest/malformed.json'].flatMap((file) =>
  readVectors(file).map(bytesOf),
);
const values = readVectors('from-guest/valid.json').map((vector) => vector.expect);
// The largest ones only cost time: their rectangles are all alike.
const binaries = ['binary/valid.json', 'binary/malformed.json']
  .flatMap((file) => readVectors(file).map(bytesOf))
  .filter((bytes) => bytes.length < 4096);

interface Tally {
  accepted: number;
  refused: number;
}

/** One message through parser and model, as the bridge does it. Throws whatever is not a clean refusal. */
function deliver(model: LiveModel, bytes: Buffer, isBinary: boolean, tally: Tally): void {
  try {
    if (isBinary) {
      if (bytes[0] === CHUNK_KIND) readChunk(bytes);
      else
        for (const change of model.receiveBinary(bytes)) {
          if (change.kind === 'frame') model.acknowledge(change.frame.windowId, change.frame.sequence);
        }
    } else {
      const message = decodeControl(bytes);
      if (message.type in modelTypes) model.receive(message as Parameters<LiveModel['receive']>[0]);
    }
    tally.accepted++;
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    tally.refused++;
  }
}

const modelTypes = {
  'window-created': 1,
  'window-changed': 1,
  'window-destroyed': 1,
  'desktop-changed': 1,
  'application-published': 1,
  'application-withdrawn': 1,
};

/** What must hold whatever came. */
function checkInvariants(model: LiveModel): void {
  if (model.windows.size > limits.windows || model.applications.size > limits.applications) {
    throw new Error('too many');
  }
  for (const window of model.windows.values()) {
    const seen = new Set<number>();
    for (let id = window.windowId; id !== 0; id = model.windows.get(id)?.ownerId ?? -1) {
      if (id === -1 || seen.has(id)) throw new Error('an owner that is dead or its own');
      seen.add(id);
    }
    const { width, height } = window.surface;
    if (width < 1 || height < 1 || width > 8192 || height > 8192) throw new Error('a surface out of range');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    if (/[\u0000-\u001f\u202a-\u202e]/.test(window.title)) throw new Error('an unsafe title');
  }
  for (const id of model.desktop.zOrder)
    if (!model.windows.has(id)) throw new Error('a dead window in the order');
}

describe('fuzz', () => {
  it(`${runs} mutated messages are accepted or refused, never anything else`, {
    timeout: 60_000 + runs,
  }, () => {
    const random = new Random(seed);
    const tally = { accepted: 0, refused: 0 };
    let model = new LiveModel(2);
    const before = process.memoryUsage().rss;
    for (let run = 0; run < runs; run++) {
      // A fresh model now and then, so that not everything fails for used ids and sequences.
      if (run % 500 === 0) {
        model = new LiveModel(2);
        model.reset({ width: 800, height: 600 }, false);
        for (const value of values) deliver(model, Buffer.from(JSON.stringify(value)), false, tally);
      }
      const way = random.below(3);
      if (way === 0) deliver(model, mutateBytes(random.pick(texts), random), false, tally);
      else if (way === 1)
        deliver(
          model,
          Buffer.from(JSON.stringify(mutateJson(random.pick(values), random)) ?? ''),
          false,
          tally,
        );
      else deliver(model, mutateBytes(random.pick(binaries), random), true, tally);
      if (run % 100 === 99) checkInvariants(model);
    }
    // Both ways must be taken often, or the mutations test nothing.
    expect(tally.accepted).toBeGreaterThan(runs / 50);
    expect(tally.refused).toBeGreaterThan(runs / 4);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });
});
