import type { UrlRules } from '../../api/url-methods.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { table } from '../../output.ts';

export const listUrlRules: Command = {
  group: 'url',
  name: 'list',
  summary: 'list the rules for links, where they are from, and what is wrong with them',
  examples: ['xpane url list', 'xpane url list --json'],
  async run({ start, output, callOptions }) {
    const client = await start();
    const rules = await client.call('listUrlRules', {}, callOptions);
    output.result(rules, describe(rules));
    return exitCodes.ok;
  },
};

function describe({ sources, rules }: UrlRules): string {
  if (sources.length === 0) return 'No rules: the setting "urlRules" names no source.';
  const rows = sources.map(({ name, rules: count, form }) => [name, String(count), form ?? 'none']);
  const remarks = sources.flatMap(({ name, skipped, failure }) => [
    ...(failure ? [[`${name}:`, `${failure.message} ${failure.hint}`]] : []),
    ...(skipped ? [[`${name}:`, `${skipped.count} entries cannot be used: ${skipped.first ?? ''}`]] : []),
  ]);
  const all = sources.reduce((sum, { rules: count }) => sum + count, 0);
  const listed = rules.map(({ to, workspace, text, line, source }) => [
    workspace === undefined ? to : `${to}:${workspace}`,
    text,
    `${source}:${line}`,
  ]);
  const more = all > rules.length ? [`… and ${all - rules.length} more`] : [];
  return [
    table([['SOURCE', 'RULES', 'FORM'], ...rows]),
    ...(remarks.length > 0 ? ['', table(remarks)] : []),
    ...(listed.length > 0 ? ['', table([['OPENS IN', 'RULE', 'LINE'], ...listed]), ...more] : []),
  ].join('\n');
}
