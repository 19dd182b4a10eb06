/** Bytes for people: `3.2 GiB`, `41 MiB`, `12 KiB`. Pure. */
export function sizeInWords(sizeBytes: number): string {
  if (sizeBytes >= 2 ** 30) return `${(sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  if (sizeBytes >= 2 ** 20) return `${Math.round(sizeBytes / 2 ** 20)} MiB`;
  return `${Math.ceil(sizeBytes / 1024)} KiB`;
}
