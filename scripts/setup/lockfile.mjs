/**
 * The packages that others name as optional and the lockfile (version 3) does not hold: `npm ci` refuses such a
 * lockfile. With each comes the entry it needs; system and processor are read from its name
 * (`…-linux-x64-musl`), so that npm does not try to fetch it elsewhere.
 * @param {{ packages: Record<string, any> }} lock
 * @returns {{ path: string, entry: object }[]}
 */
export function missingOptionalPackages(lock) {
  const missing = new Map();
  for (const [owner, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      if (lock.packages[path] || lock.packages[`${owner}/${path}`]) continue;
      const [, system, processor, musl] = /-([a-z0-9]+)-([a-z0-9]+)(-musl)?$/.exec(name) ?? [];
      const libc = system === 'linux' ? { libc: [musl ? 'musl' : 'glibc'] } : {};
      const platform = system === undefined ? {} : { cpu: [processor], ...libc, os: [system] };
      missing.set(path, { version, ...(dev ? { dev } : {}), optional: true, ...platform });
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}
