import { readFileSync } from 'node:fs';

/** The golden vectors; test/vectors/README.md tells their format. */
export interface Vector {
  readonly name: string;
  readonly text?: string;
  readonly hex?: string;
  readonly expect?: unknown;
  readonly code?: string;
  readonly closeCode?: number;
}

export interface ProofVector {
  readonly name: string;
  readonly secret: string;
  readonly hostNonce: string;
  readonly guestNonce: string;
  readonly agentHmac: string;
  readonly hostHmac: string;
  readonly newSecret: string;
  readonly sealed: string;
}

export function readVectors<T = Vector>(file: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8'));
}

export function bytesOf(vector: Vector): Buffer {
  return vector.hex === undefined ? Buffer.from(vector.text ?? '', 'utf8') : Buffer.from(vector.hex, 'hex');
}
