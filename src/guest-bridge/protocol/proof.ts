import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { XPaneError } from '../../shared/errors.ts';
import { proofLabels, sealLabel } from './version.ts';

/**
 * The mutual proof: each side shows by HMAC-SHA256 that it knows the workspace's secret, over two fresh nonces
 * and a label of its own, so that neither side's proof can be played back as the other's. All values are
 * lower-case hex; what is signed is the ASCII text label + nonce + nonce.
 */

/** The HMAC key: the 32 bytes a secret file's 64 hex digits stand for. Throws `bridge.bad-secret`. */
export function secretKey(secretText: string): Buffer {
  const digits = secretText.trim();
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    throw new XPaneError(
      'bridge.bad-secret',
      "The workspace's secret is damaged.",
      'Remove the file "secret" in the workspace\'s folder and start the workspace again.',
    );
  }
  return Buffer.from(digits, 'hex');
}

export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

export function agentProof(key: Uint8Array, hostNonce: string, guestNonce: string): string {
  return hmac(key, proofLabels.agent + hostNonce + guestNonce);
}

export function hostProof(key: Uint8Array, hostNonce: string, guestNonce: string): string {
  return hmac(key, proofLabels.host + guestNonce + hostNonce);
}

/** A new secret as it may cross the line: only who knows the present one (`key`) can open it. Both are 32 bytes. */
export function sealedSecret(
  key: Uint8Array,
  newKey: Uint8Array,
  { hostNonce, guestNonce }: { readonly hostNonce: string; readonly guestNonce: string },
): string {
  const pad = Buffer.from(hmac(key, sealLabel + hostNonce + guestNonce), 'hex');
  return Buffer.from(pad.map((byte, at) => byte ^ (newKey[at] ?? 0))).toString('hex');
}

/** Compares in constant time. */
export function sameProof(untrusted: string, expected: string): boolean {
  const left = Buffer.from(untrusted, 'hex');
  const right = Buffer.from(expected, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}

function hmac(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text, 'ascii').digest('hex');
}
