import { checkFromGuest, parseJson } from '../protocol/control-codec.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { agentProof, hostProof, newNonce, sameProof, sealedSecret } from '../protocol/proof.ts';
import type { ToGuest } from '../protocol/to-guest.ts';
import { protocolVersion } from '../protocol/version.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { notProven, otherVersion } from './end-reasons.ts';

export type GuestHello = Extract<FromGuest, { type: 'hello' }>;

/**
 * The host's side of the handshake, without a socket: challenge -> proof -> proof -> hello. The host proves
 * itself only to an agent that has proven itself first, so a stranger on the port learns nothing. With a new key
 * that is handed over then, and what ends the handshake is the agent's word that it has it.
 */
export class Handshake {
  readonly #key: Uint8Array;
  readonly #send: (message: ToGuest) => void;
  readonly #nonce = newNonce();
  readonly #newKey: Uint8Array | undefined;
  #proven = false;
  #guestNonce = '';
  #handedOver = false;

  constructor(key: Uint8Array, send: (message: ToGuest) => void, newKey?: Uint8Array) {
    this.#key = key;
    this.#send = send;
    this.#newKey = newKey;
  }

  get proven(): boolean {
    return this.#proven;
  }

  begin(): void {
    this.#send({ type: 'challenge', nonce: this.#nonce });
  }

  /** Takes the next text message; gives what ends the handshake. Throws XPaneError `bridge.*`. */
  receive(untrusted: Uint8Array): GuestHello | 'adopted' | undefined {
    const untrustedJson = parseJson(untrusted);
    if (this.#proven && !this.#handedOver) return this.#greeted(readHello(untrustedJson));
    const message = checkFromGuest(untrustedJson);
    if (this.#handedOver) {
      if (message.type !== 'secret-adopted')
        throw wrongOrder(message.type, 'its word that it has the secret');
      return 'adopted';
    }
    if (message.type !== 'proof') throw wrongOrder(message.type, 'its proof');
    // The own nonce sent back would make the agent's and the host's texts differ in the label only.
    if (message.nonce === this.#nonce) throw notProven();
    if (!sameProof(message.hmac, agentProof(this.#key, this.#nonce, message.nonce))) throw notProven();
    this.#proven = true;
    this.#guestNonce = message.nonce;
    this.#send({ type: 'proof', hmac: hostProof(this.#key, this.#nonce, message.nonce) });
    return undefined;
  }

  #greeted(hello: GuestHello): GuestHello | undefined {
    if (!this.#newKey) return hello;
    const nonces = { hostNonce: this.#nonce, guestNonce: this.#guestNonce };
    this.#send({ type: 'adopt-secret', sealed: sealedSecret(this.#key, this.#newKey, nonces) });
    this.#handedOver = true;
    return undefined;
  }
}

/** Another major version may have another hello: its number is read before the rest is judged. */
function readHello(untrusted: unknown): GuestHello {
  if (typeof untrusted === 'object' && untrusted !== null && 'type' in untrusted && 'major' in untrusted) {
    const { type, major: untrustedMajor } = untrusted;
    if (
      type === 'hello' &&
      Number.isInteger(untrustedMajor) &&
      Number(untrustedMajor) >= 0 &&
      Number(untrustedMajor) <= 65_535 &&
      untrustedMajor !== protocolVersion.major
    ) {
      throw otherVersion(Number(untrustedMajor));
    }
  }
  const message = checkFromGuest(untrusted);
  if (message.type !== 'hello') throw wrongOrder(message.type, 'its hello');
  return message;
}

function wrongOrder(type: string, expected: string): ProtocolViolation {
  return new ProtocolViolation('bridge.wrong-order', `"${type}" before ${expected}`);
}
