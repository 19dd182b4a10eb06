import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../shared/atomic-file.ts';

/**
 * What proves to the service that a client is its own user: a file only that user can read. File modes protect
 * the socket already; the token still holds where a socket leaks into a container or a sandbox.
 */
export interface Token {
  /** Compares in constant time, whatever the length. */
  matches(untrusted: string | undefined): boolean;
  /** Removes the file, so that nobody dials a service that is gone. */
  revoke(): Promise<void>;
}

const tokenFile = (runtime: string) => join(runtime, 'service.token');

/** Makes a new token of 32 random bytes; one of an earlier service is void from then on. */
export async function makeToken(runtime: string): Promise<Token> {
  const path = tokenFile(runtime);
  const token = randomBytes(32).toString('hex');
  await writeFileAtomically(path, token);
  const expected = digest(token);
  return {
    matches: (untrusted) => untrusted !== undefined && timingSafeEqual(digest(untrusted), expected),
    revoke: () => rm(path, { force: true }),
  };
}

/** The running service's token, or undefined when there is none. */
export async function readToken(runtime: string): Promise<string | undefined> {
  try {
    return await readFile(tokenFile(runtime), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
