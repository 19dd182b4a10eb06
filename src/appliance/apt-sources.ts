/** One place to get Debian packages from, as this machine's administrator set it up. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** What proves the archive's signature: a keyring file's path. Without it apt's trusted keys are asked. */
  readonly signedBy: string | undefined;
}

/** Reads the one-line format (sources.list, *.list; man 5 sources.list). Lines that make no sense are skipped. */
export function parseSourcesList(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    const [, options = '', uri, suite, components] = match ?? [];
    if (uri === undefined || suite === undefined || components === undefined) return [];
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    return [{ uri, suite, components: words(components), signedBy }];
  });
}

/** Reads the deb822 format (*.sources). A key that is embedded in the file is left to apt's trusted keys. */
export function parseDeb822Sources(text: string): AptSource[] {
  return stanzas(text).flatMap((fields) => {
    if (!words(fields.get('types')).includes('deb')) return [];
    if (/^(no|false|0|off|disable|without)$/i.test(fields.get('enabled') ?? '')) return [];
    const key = fields.get('signed-by')?.trim() ?? '';
    const signedBy = key.startsWith('/') ? key : undefined;
    const components = words(fields.get('components'));
    return words(fields.get('uris')).flatMap((uri) =>
      words(fields.get('suites')).map((suite) => ({ uri, suite, components, signedBy })),
    );
  });
}

/**
 * From the machine's sources those of Debian itself, turned to the release the guest is made of: the archive
 * first, then its updates and security updates as far as the machine has them. `hostSuite` is the host's own
 * release; a source of somebody else is never used, as it has no `main` for that suite.
 */
export function guestSources(
  sources: readonly AptSource[],
  hostSuite: string,
  guestSuite: string,
): AptSource[] {
  const kinds = ['', '-updates', '-security', '/updates'];
  const found = kinds.flatMap((kind) =>
    sources
      .filter((source) => source.suite === hostSuite + kind && source.components.includes('main'))
      .map((source) => ({ ...source, suite: guestSuite + kind.replace('/updates', '-security') })),
  );
  const seen = new Set<string>();
  return found.filter(({ uri, suite }) => !seen.has(`${uri} ${suite}`) && seen.add(`${uri} ${suite}`));
}

/** What apt could not read of the mirrors, from what it printed (`E: Failed to fetch URL why`). */
export function unreadableSources(
  sources: readonly AptSource[],
  aptOutput: string,
): readonly { readonly source: AptSource; readonly why: string }[] {
  return sources.flatMap((source) => {
    const below = `${source.uri.replace(/\/$/, '')}/dists/${source.suite}/`;
    const at = aptOutput.indexOf(`E: Failed to fetch ${below}`);
    if (at < 0) return [];
    const [line = ''] = aptOutput.slice(at + 'E: Failed to fetch '.length).split(/\n| \/ /);
    const why = line.replace(/^\S+\s*/, '').replace(/\s*\[IP: [^\]]*\]/, '');
    return [{ source, why: why.trim() }];
  });
}

/** One line of sources.list. */
export function sourceLine(source: AptSource): string {
  const option = source.signedBy === undefined ? '' : `[signed-by=${source.signedBy}] `;
  return `deb ${option}${source.uri} ${source.suite} main`;
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Fields by lower-case name; continuation lines are joined by a new line. Comments may stand anywhere. */
function stanzas(text: string): Map<string, string>[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .map((block) => {
      const fields = new Map<string, string>();
      let name = '';
      for (const line of block.split('\n')) {
        const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
        if (field?.[1] !== undefined) {
          name = field[1].toLowerCase();
          fields.set(name, field[2] ?? '');
        } else if (name !== '') {
          fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
        }
      }
      return fields;
    });
}
