import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout as the rules of the house see it. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files below `folder` of the checkout, relative to it, that end in one of `endings`. */
export function filesIn(folder: string, endings: readonly string[]): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export interface Import {
  readonly from: string;
  /** A file of the checkout, or the name of a package, or `node:…`. */
  readonly to: string;
}

/** A string in quotes after `from`, `import` or `import(`; comments are taken out before. */
const importPattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;

/** What `text`, the content of `file`, imports: statically, lazily and for types. Pure. */
export function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  return [...code.matchAll(importPattern)].map(([, , specifier = '']) => ({
    from: file,
    to: specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier))
      : packageOf(specifier),
  }));
}

/** Those of them that are loaded with the file: not types, which are erased, and not what is imported when it is needed. */
export function staticImportsOf(file: string, text: string): Import[] {
  return importsOf(
    file,
    text.replace(/\b(?:import|export) type\b[^;]*;/g, '').replace(/\bimport\(/g, 'lazily('),
  );
}

export function readSource(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
