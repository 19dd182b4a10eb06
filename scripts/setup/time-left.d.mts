export function timeLeftMs(job: {
  readonly expectedMs: number;
  readonly elapsedMs: number;
  readonly fraction: number;
}): number;
export function spokenTime(ms: number): string;
