export function aptPercent(line: string): number | undefined;
