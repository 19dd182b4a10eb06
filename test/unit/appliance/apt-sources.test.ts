import { describe, expect, it } from 'vitest';
import {
  guestSources,
  parseDeb822Sources,
  parseSourcesList,
  sourceLine,
  unreadableSources,
} from '../../../src/appliance/apt-sources.ts';

describe('sources.list', () => {
  it('reads options, skips comments, source packages and nonsense', () => {
    const text = `
# deb http://commented.example/debian bookworm main
deb http://a.example/debian bookworm main contrib # trailing
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] https://b.example/debian bookworm-updates main
deb-src http://a.example/debian bookworm main
deb http://nothing.example
`;
    expect(parseSourcesList(text)).toEqual([
      {
        uri: 'http://a.example/debian',
        suite: 'bookworm',
        components: ['main', 'contrib'],
        signedBy: undefined,
      },
      {
        uri: 'https://b.example/debian',
        suite: 'bookworm-updates',
        components: ['main'],
        signedBy: '/usr/share/keyrings/k.gpg',
      },
    ]);
  });
});

describe('deb822 sources', () => {
  it('reads stanzas with several suites and comments between fields', () => {
    const text = `Types: deb deb-src
# where it is
URIs: http://a.example/debian http://b.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://a.example/security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`;
    const sources = parseDeb822Sources(text);
    expect(sources.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://a.example/debian bookworm',
      'http://a.example/debian bookworm-updates',
      'http://b.example/debian bookworm',
      'http://b.example/debian bookworm-updates',
      'http://a.example/security bookworm-security',
    ]);
    expect(sources[0]?.signedBy).toBe('/usr/share/keyrings/debian-archive-keyring.gpg');
    expect(sources[4]?.signedBy).toBeUndefined();
  });

  it('leaves out what is disabled or source packages only', () => {
    const field = 'URIs: http://a.example/debian\nSuites: bookworm\nComponents: main\n';
    expect(parseDeb822Sources(`Types: deb\nEnabled: no\n${field}`)).toEqual([]);
    expect(parseDeb822Sources(`Types: deb-src\n${field}`)).toEqual([]);
    expect(parseDeb822Sources('')).toEqual([]);
  });
});

describe('sources for the guest', () => {
  const at = (suite: string, uri = 'http://a.example/debian', components = ['main']) => ({
    uri,
    suite,
    components,
    signedBy: undefined,
  });

  it('takes the archive first, then updates and security, and nobody else’s', () => {
    const machine = [
      at('bookworm-security', 'http://a.example/security'),
      at('nodistro', 'https://node.example'),
      at('bookworm', 'https://tools.example', ['stable']),
      at('bookworm'),
      at('bookworm'),
      at('bookworm-updates'),
      at('bookworm-backports'),
    ];
    expect(guestSources(machine, 'bookworm', 'bookworm').map(sourceLine)).toEqual([
      'deb http://a.example/debian bookworm main',
      'deb http://a.example/debian bookworm-updates main',
      'deb http://a.example/security bookworm-security main',
    ]);
  });

  it('turns a newer host’s mirror to the guest’s release', () => {
    expect(guestSources([at('trixie'), at('trixie-security')], 'trixie', 'bookworm').map(sourceLine)).toEqual(
      ['deb http://a.example/debian bookworm main', 'deb http://a.example/debian bookworm-security main'],
    );
  });

  it('names the keyring where the machine does', () => {
    expect(sourceLine({ ...at('bookworm'), signedBy: '/k.gpg' })).toBe(
      'deb [signed-by=/k.gpg] http://a.example/debian bookworm main',
    );
  });
});

describe('what apt could not read', () => {
  const at = (suite: string, uri: string) => ({ uri, suite, components: ['main'], signedBy: undefined });
  const release = at('bookworm', 'http://a.example/debian/');
  const updates = at('bookworm-updates', 'http://a.example/debian/');
  const security = at('bookworm-security', 'http://a.example/security');

  it('is told by suite, with the reason', () => {
    const output = `Reading package lists...
E: Failed to fetch http://a.example/security/dists/bookworm-security/main/binary-i386/Packages.xz  File has unexpected size (346968 != 365336). Mirror sync in progress? [IP: 192.0.2.1 80]
   Hashes of expected file:
E: Some index files failed to download. They have been ignored, or old ones used instead.`;
    expect(unreadableSources([release, updates, security], output)).toEqual([
      { source: security, why: 'File has unexpected size (346968 != 365336). Mirror sync in progress?' },
    ]);
  });

  it('is nothing where no mirror is named', () => {
    expect(unreadableSources([release, security], 'E: Could not get lock')).toEqual([]);
  });

  it('may be all of them', () => {
    const output = [release, updates]
      .map(({ suite }) => `E: Failed to fetch http://a.example/debian/dists/${suite}/InRelease  No network`)
      .join(' / ');
    expect(unreadableSources([release, updates], output).map(({ why }) => why)).toEqual([
      'No network',
      'No network',
    ]);
  });
});
