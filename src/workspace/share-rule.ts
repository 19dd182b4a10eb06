/**
 * Whether workspaces may have folders of this computer, as the setting `shareFolders` tells: `off`, `read-only` or
 * `read-write`, and how large each may be: `read-write, max=4G` (M or G).
 */
export interface ShareRule {
  readonly access: 'off' | 'read-only' | 'read-write';
  readonly maxBytes: number;
}

export const shareRuleRange = 'off, read-only or read-write, and a size as max=4G';

const pattern = /^(off|read-only|read-write)(?: *, *max=([1-9][0-9]{0,5})([MG]))?$/i;
const units = { M: 2 ** 20, G: 2 ** 30 } as const;
const usualMaxBytes = 4 * units.G;

/** Pure. */
export function isShareRule(text: string): boolean {
  return pattern.test(text.trim());
}

/** What is no rule allows nothing. Pure. */
export function shareRule(text: string): ShareRule {
  const [, access = 'off', count, unit] = pattern.exec(text.trim()) ?? [];
  const size = Number(count) * units[(unit?.toUpperCase() ?? 'M') as keyof typeof units];
  return {
    access: access.toLowerCase() as ShareRule['access'],
    maxBytes: count === undefined ? usualMaxBytes : size,
  };
}
