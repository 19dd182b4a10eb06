import { describe, expect, it } from 'vitest';
import { Handshake } from '../../../src/guest-bridge/connection/handshake.ts';
import {
  agentProof,
  hostProof,
  newNonce,
  sealedSecret,
  secretKey,
} from '../../../src/guest-bridge/protocol/proof.ts';
import type { ToGuest } from '../../../src/guest-bridge/protocol/to-guest.ts';

const key = secretKey('ab'.repeat(32));
const hello = {
  type: 'hello',
  major: 1,
  minor: 3,
  agentVersion: '1',
  instance: '0'.repeat(16),
  system: 'NT',
  captureBackend: 'redirected',
  capabilities: [],
  desktop: { width: 800, height: 600 },
};
const code = (value: string) => expect.objectContaining({ code: value });

function begin(newKey?: Uint8Array) {
  const sent: ToGuest[] = [];
  const handshake = new Handshake(key, (message) => sent.push(message), newKey);
  handshake.begin();
  const challenge = sent[0];
  if (challenge?.type !== 'challenge') throw new Error('no challenge');
  const tell = (message: unknown) => handshake.receive(Buffer.from(JSON.stringify(message)));
  return { sent, handshake, hostNonce: challenge.nonce, tell };
}

function proven(newKey?: Uint8Array) {
  const state = begin(newKey);
  const nonce = newNonce();
  state.tell({ type: 'proof', nonce, hmac: agentProof(key, state.hostNonce, nonce) });
  return { ...state, nonce };
}

describe('handshake', () => {
  it('proves the agent, then the host, then takes the hello', () => {
    const { sent, handshake, hostNonce, nonce, tell } = proven();
    expect(handshake.proven).toBe(true);
    expect(sent[1]).toEqual({ type: 'proof', hmac: hostProof(key, hostNonce, nonce) });
    expect(tell(hello)).toEqual(hello);
  });

  it('shows a stranger nothing but a nonce', () => {
    const { sent, hostNonce, tell } = begin();
    const nonce = newNonce();
    const other = secretKey('cd'.repeat(32));
    const proofs = [
      { nonce, hmac: agentProof(other, hostNonce, nonce) },
      { nonce, hmac: hostProof(key, hostNonce, nonce) },
      { nonce, hmac: agentProof(key, newNonce(), nonce) },
      { nonce: hostNonce, hmac: agentProof(key, hostNonce, hostNonce) },
    ];
    for (const proof of proofs) {
      expect(() => tell({ type: 'proof', ...proof })).toThrowError(code('bridge.not-proven'));
    }
    expect(sent).toHaveLength(1);
  });

  it('hands a new secret over in place of a welcome, sealed, and ends with the word that it is kept', () => {
    const newKey = secretKey('cd'.repeat(32));
    const { sent, hostNonce, nonce, tell } = proven(newKey);
    expect(tell(hello)).toBeUndefined();
    const sealed = sealedSecret(key, newKey, { hostNonce, guestNonce: nonce });
    expect(sent[2]).toEqual({ type: 'adopt-secret', sealed });
    expect(sealed).not.toContain(newKey.toString('hex'));
    expect(() => tell(hello)).toThrowError(code('bridge.wrong-order'));
    expect(tell({ type: 'secret-adopted' })).toBe('adopted');
  });

  it('takes nothing else before the proof, and only a hello after it', () => {
    for (const early of [hello, { type: 'ready' }, { type: 'pong', id: 0 }]) {
      expect(() => begin().tell(early)).toThrowError(code('bridge.wrong-order'));
    }
    expect(() => proven().tell({ type: 'ready' })).toThrowError(code('bridge.wrong-order'));
    const again = { type: 'proof', nonce: newNonce(), hmac: newNonce() };
    expect(() => proven().tell(again)).toThrowError(code('bridge.wrong-order'));
  });

  it('names another major version, whatever else its hello holds', () => {
    expect(() => proven().tell({ ...hello, major: 2 })).toThrowError(code('bridge.version'));
    expect(() => proven().tell({ type: 'hello', major: 0, future: [] })).toThrowError(code('bridge.version'));
    expect(() => proven().tell({ ...hello, major: 'x'.repeat(9) })).toThrowError(code('bridge.bad-message'));
    expect(() => proven().tell({ ...hello, major: 1e9 })).toThrowError(code('bridge.bad-message'));
    expect(() => proven().tell({ ...hello, extra: 1 })).toThrowError(code('bridge.bad-message'));
  });
});
