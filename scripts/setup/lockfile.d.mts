export function missingOptionalPackages(lock: {
  packages: Record<string, object>;
}): { path: string; entry: object }[];
