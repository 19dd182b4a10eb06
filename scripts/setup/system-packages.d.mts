export const systemPackages: Readonly<Record<string, readonly string[]>>;
export function packagesFor(purposes: readonly string[]): string[];
export function missingPackages(wanted: readonly string[], dpkgOutput: string): string[];
export function installCommand(missing: readonly string[], hasSudo: boolean): string;
