import { limits } from './limits.ts';

/** How much of a file may be under way to or from an agent with these capabilities; `welcome` says so if it is not 2 MiB. */
export function transferWindowWith(capabilities: readonly string[]): number {
  return capabilities.includes('transfer-window')
    ? limits.wideTransferWindowBytes
    : limits.transferWindowBytes;
}

/** The taker acknowledges so often: the window never runs out for want of a word, and words are few. */
export const acknowledgementsInAWindow = 8;
