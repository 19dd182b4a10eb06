/** Where the locale of paper sizes says US Letter (ISO 3166 codes), as glibc's LC_PAPER has it. */
const letterTerritories: ReadonlySet<string> = new Set('US CA MX PR PH CL CO CR GT NI PA SV VE'.split(' '));

/** The usual size of paper where the user lives. Pure. */
export function usualPaper(env: NodeJS.ProcessEnv): 'a4' | 'letter' {
  const locale = env.LC_ALL || env.LC_PAPER || env.LANG || '';
  const territory = /^[a-z]{2,3}_([A-Z]{2})/.exec(locale)?.[1];
  return territory !== undefined && letterTerritories.has(territory) ? 'letter' : 'a4';
}
