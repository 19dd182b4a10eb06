import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applicationFolders } from '../browser/desktop-entry.ts';

/** The kinds of files that this computer knows (Shared MIME-info Database 0.21). */
export interface HostTypes {
  /** By extension in lower case, without the dot. */
  readonly byExtension: ReadonlyMap<string, string>;
  /** The more general kinds that a kind belongs to. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** What XPane makes known for an extension that nothing else knows. Pure. */
export function ownType(extension: string): string {
  return `application/x-xpane-${extension.replace(/[^a-z0-9+-]/g, (character) => `_${character.charCodeAt(0)}`)}`;
}

export async function readHostTypes(env: NodeJS.ProcessEnv): Promise<HostTypes> {
  const folders = applicationFolders(env).map((folder) => join(dirname(folder), 'mime'));
  const textOf = (name: string) =>
    Promise.all(folders.map((folder) => readFile(join(folder, name), 'utf8').catch(() => '')));
  const [globs, subclasses] = await Promise.all([textOf('globs2'), textOf('subclasses')]);
  return { byExtension: typesByExtension(globs), parents: parentsIn(subclasses) };
}

/** Of files `globs2`, the most important first: lines `50:text/plain:*.txt`. Pure. */
export function typesByExtension(files: readonly string[]): ReadonlyMap<string, string> {
  const best = new Map<string, { readonly weight: number; readonly type: string }>();
  for (const line of files.flatMap((file) => file.split('\n'))) {
    const [, weight, type, extension] = /^(\d+):([^:]+):\*\.([^:*?[\]]+)$/.exec(line) ?? [];
    if (type === undefined || extension === undefined || type.startsWith(ownType(''))) continue;
    const key = extension.toLowerCase();
    const known = best.get(key);
    if (!known || Number(weight) > known.weight) best.set(key, { weight: Number(weight), type });
  }
  return new Map([...best].map(([extension, { type }]) => [extension, type]));
}

function parentsIn(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const line of files.flatMap((file) => file.split('\n'))) {
    const [child, parent] = line.split(' ');
    if (!child || !parent) continue;
    parents.set(child, [...(parents.get(child) ?? []), parent]);
  }
  return parents;
}

/**
 * What people and programs of this computer keep their own texts in, without a kind of its own: it is known for text by
 * what is in it. A kind of XPane's would take such files from the editor, and a double click would give a guest what may
 * be a secret.
 */
const texts = new Set(
  `
  1st acl adoc asc auth bak bashrc cache cert cfg changes cnf conf config container crl crontab csr def default defaults
  dist dockerfile dockerignore editorconfig env envrc err example gitattributes gitconfig gitignore gitmodules hist
  history host hosts htaccess htpasswd htgroup inc include info ini jail kbx key keys keyring keytab kube kubeconfig list
  local lock log log1 logs me mount netdev netrc network new nfo nft note notes npmrc old opts orig out ovpn pass passwd
  password passwords path pem pgpass plan policy pref preferences prefs priv private profile prop properties props pub
  rc readme rej repo rsa rule rules sample save saved secret secrets session settings slice socket sources ssh sshconfig
  tab target template text timer tmpl todo token tokens txt unit user vars vault wg zshrc
  `
    .trim()
    .split(/\s+/),
);

/** As many kinds of its own as one guest may make known to this computer, which reads them for each file it shows. */
export const mostOwnTypes = 256;

/**
 * The types an application's files have here, and those of them that are XPane's own: for extensions that are not known
 * here, with those that its guest has already (`others`) `mostOwnTypes` at most. What is text stays text, by its ending
 * or as what an editor of text opens: a type of its own would take it away from the editors of this computer. Pure.
 */
export function typesOf(
  extensions: readonly string[],
  { byExtension }: HostTypes,
  others: ReadonlyMap<string, string> = new Map(),
): { readonly types: readonly string[]; readonly own: ReadonlyMap<string, string> } {
  const own = new Map<string, string>();
  let left = mostOwnTypes - others.size;
  const isEditor = extensions.includes('txt');
  const types = extensions.flatMap((extension) => {
    const known = byExtension.get(extension);
    if (known !== undefined) return [known];
    if (isEditor || texts.has(extension)) return [];
    if (!others.has(extension) && !own.has(extension)) {
      if (left <= 0) return [];
      left -= 1;
    }
    own.set(extension, ownType(extension));
    return [ownType(extension)];
  });
  return { types: [...new Set(types)].sort(), own };
}

/** The package that makes types known; undefined without any. Extensions and types have no character of XML's. Pure. */
export function typePackage(own: ReadonlyMap<string, string>): string | undefined {
  if (own.size === 0) return undefined;
  const types = [...own].toSorted().map(
    ([extension, type]) => ` <mime-type type="${type}">
  <comment>${extension.toUpperCase()} file</comment>
  <glob pattern="*.${extension}"/>
 </mime-type>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
    ...types,
    '</mime-info>',
    '',
  ].join('\n');
}
