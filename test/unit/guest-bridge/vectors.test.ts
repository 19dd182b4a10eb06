import { describe, expect, it } from 'vitest';
import type { FramePatch } from '../../../src/guest-bridge/guest-model.ts';
import {
  CHUNK_KIND,
  CLIPBOARD_CHUNK_KIND,
  encodeChunk,
  readChunk,
} from '../../../src/guest-bridge/protocol/chunk-codec.ts';
import { decodeControl, encodeControl } from '../../../src/guest-bridge/protocol/control-codec.ts';
import { readCursor } from '../../../src/guest-bridge/protocol/cursor-codec.ts';
import { binaryKinds, readFrameHeader, readPatches } from '../../../src/guest-bridge/protocol/frame-codec.ts';
import { readIcon } from '../../../src/guest-bridge/protocol/icon-codec.ts';
import { limits } from '../../../src/guest-bridge/protocol/limits.ts';
import {
  agentProof,
  hostProof,
  newNonce,
  sameProof,
  sealedSecret,
  secretKey,
} from '../../../src/guest-bridge/protocol/proof.ts';
import { toGuest } from '../../../src/guest-bridge/protocol/to-guest.ts';
import { ProtocolViolation } from '../../../src/guest-bridge/protocol/violation.ts';
import { encodeFrame, encodeIcon, type WirePatch } from '../../component/fixtures/agent-encoding.ts';
import { bytesOf, type ProofVector, readVectors } from './vectors.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function violationOf(work: () => unknown): { code: string; closeCode: number } | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof ProtocolViolation) return { code: error.code, closeCode: error.closeCode };
    throw error;
  }
  return undefined;
}

/** The form in which the vectors write a decoded message. */
function decodeBinary(bytes: Uint8Array): unknown {
  if (bytes[0] === CHUNK_KIND || bytes[0] === CLIPBOARD_CHUNK_KIND) {
    const { transferId, offset, data } = readChunk(bytes);
    return {
      kind: bytes[0] === CHUNK_KIND ? 'chunk' : 'clipboard-chunk',
      transferId,
      offset,
      dataHex: hex(data),
    };
  }
  if (bytes[0] === binaryKinds.icon) {
    const { iconId, width, height, bgra } = readIcon(bytes);
    return { kind: 'icon', iconId, width, height, bgraHex: hex(bgra) };
  }
  if (bytes[0] === binaryKinds.cursor) {
    const { cursorId, width, height, hotSpot, bgra } = readCursor(bytes);
    return { kind: 'cursor', cursorId, width, height, hotX: hotSpot.x, hotY: hotSpot.y, bgraHex: hex(bgra) };
  }
  const header = readFrameHeader(bytes);
  const { windowId, sequence, whole, size } = header;
  const patches = readPatches(bytes, header).patches.map((patch: FramePatch) =>
    patch.kind === 'raw' ? { kind: 'raw', rect: patch.rect, bgrxHex: hex(patch.bgrx) } : patch,
  );
  return { kind: 'frame', windowId, sequence, whole, size, patches };
}

describe('to the guest', () => {
  it.each(readVectors('to-guest/valid.json'))('$name', (vector) => {
    const message = toGuest.parse(JSON.parse(bytesOf(vector).toString()));
    expect(message).toEqual(vector.expect);
    expect(JSON.parse(encodeControl(message))).toEqual(vector.expect);
  });

  it.each(readVectors('to-guest/malformed.json'))('never made: $name', (vector) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(vector)));
    } catch {
      return;
    }
    expect(toGuest.safeParse(parsed).success).toBe(false);
  });

  it('refuses to encode numbers out of range', () => {
    expect(() => encodeControl({ type: 'pointer-move', windowId: 1, x: 40_000, y: 0 })).toThrowError(
      expect.objectContaining({ code: 'bridge.bad-command' }),
    );
  });
});

describe('from the guest', () => {
  it.each(readVectors('from-guest/valid.json'))('$name', (vector) => {
    expect(decodeControl(bytesOf(vector))).toEqual(vector.expect);
  });

  it.each(readVectors('from-guest/malformed.json'))('refused: $name', (vector) => {
    expect(violationOf(() => decodeControl(bytesOf(vector)))).toEqual({
      code: vector.code,
      closeCode: vector.closeCode,
    });
  });

  it('repeats nothing of the guest in the error', () => {
    const text = '{"type":"window-created","window":{"evil\u202e<script>":1}}';
    expect(() => decodeControl(Buffer.from(text))).toThrowError(/^[\x20-\x7e]+$/);
    expect(() => decodeControl(Buffer.from(text))).not.toThrowError(/evil|script/);
  });
});

describe('binary', () => {
  it.each(readVectors('binary/valid.json'))('$name', (vector) => {
    expect(decodeBinary(bytesOf(vector))).toEqual(vector.expect);
  });

  it.each(readVectors('binary/valid.json'))('at an odd address: $name', (vector) => {
    const shifted = Buffer.concat([Buffer.alloc(1), bytesOf(vector)]).subarray(1);
    expect(decodeBinary(shifted)).toEqual(vector.expect);
  });

  it.each(readVectors('binary/malformed.json'))('refused: $name', (vector) => {
    expect(violationOf(() => decodeBinary(bytesOf(vector)))).toEqual({
      code: vector.code,
      closeCode: vector.closeCode,
    });
  });

  it('a piece of a file is written as it is read', () => {
    const pieces = readVectors('binary/valid.json')
      .map(bytesOf)
      .filter(([kind]) => kind === CHUNK_KIND);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(hex(encodeChunk(readChunk(piece)))).toBe(hex(piece));
    const largest = { transferId: 1, offset: 0, data: new Uint8Array(limits.transferChunkBytes) };
    expect(readChunk(encodeChunk(largest))).toEqual(largest);
    const larger = encodeChunk({ ...largest, data: new Uint8Array(limits.transferChunkBytes + 1) });
    expect(violationOf(() => readChunk(larger))?.code).toBe('bridge.bad-chunk');
  });

  it('is what the fake agent of the tests encodes', () => {
    const rect = { x: 1, y: 0, width: 2, height: 1 };
    const patches: WirePatch[] = [
      { kind: 'raw', rect, bgrx: Buffer.from('0102030405060708', 'hex') },
      { kind: 'deflate', rect, bgrx: Buffer.from('1112131415161718', 'hex') },
      { kind: 'fill', rect, bgrx: 0xff302010 },
      { kind: 'copy', rect, from: { x: 0, y: 1 } },
    ];
    const frame = { windowId: 7, sequence: 3, whole: true, size: { width: 3, height: 2 } };
    expect(decodeBinary(encodeFrame({ ...frame, patches }))).toEqual({
      kind: 'frame',
      ...frame,
      patches: [
        { kind: 'raw', rect, bgrxHex: '0102030405060708' },
        { kind: 'raw', rect, bgrxHex: '1112131415161718' },
        ...patches.slice(2),
      ],
    });
    const icon = encodeIcon('00000000000000ff', { width: 1, height: 1 }, Buffer.from('01020304', 'hex'));
    expect(decodeBinary(icon)).toMatchObject({ iconId: '00000000000000ff', bgraHex: '01020304' });
  });
});

describe('proof', () => {
  it.each(readVectors<ProofVector>('proof.json'))('$name', (vector) => {
    const key = secretKey(`${vector.secret}\n`);
    expect(agentProof(key, vector.hostNonce, vector.guestNonce)).toBe(vector.agentHmac);
    expect(hostProof(key, vector.hostNonce, vector.guestNonce)).toBe(vector.hostHmac);
    expect(sealedSecret(key, secretKey(vector.newSecret), vector)).toBe(vector.sealed);
    expect(sameProof(vector.agentHmac, vector.agentHmac)).toBe(true);
    expect(sameProof(vector.hostHmac, vector.agentHmac)).toBe(false);
    expect(sameProof(vector.agentHmac.slice(2), vector.agentHmac)).toBe(false);
  });

  it('uses a fresh nonce each time and refuses a damaged secret', () => {
    expect(newNonce()).toMatch(/^[0-9a-f]{64}$/);
    expect(newNonce()).not.toBe(newNonce());
    for (const bad of ['', 'abc', 'g'.repeat(64), 'a'.repeat(63), 'a'.repeat(65)]) {
      expect(() => secretKey(bad)).toThrowError(expect.objectContaining({ code: 'bridge.bad-secret' }));
    }
  });
});
