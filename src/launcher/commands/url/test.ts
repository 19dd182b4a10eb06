import { XPaneError } from '../../../shared/errors.ts';
import { displayText } from '../../../shared/text.ts';
import type { UrlTest } from '../../api/url-methods.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

export const testUrl: Command = {
  group: 'url',
  name: 'test',
  summary: 'say where a link would open, and which rule decides that; opens nothing',
  argument: { name: 'url', description: 'http, https or mailto; with --side guest also ftp' },
  options: [
    { name: 'side', value: 'side', description: 'where it is clicked: host or guest; host if not given' },
  ],
  examples: [
    'xpane url test http://shop.contoso.com/',
    'xpane url test http://contoso.com/ --side guest --json',
  ],
  async run({ start, output, callOptions }, { argument, values }) {
    const { side: from = 'host' } = values;
    if (from !== 'host' && from !== 'guest') throw unknownSide(from);
    const client = await start();
    const tested = await client.call('testUrl', { url: argument, from }, callOptions);
    output.result(tested, describe(tested));
    return exitCodes.ok;
  },
};

function describe({ url, from, to, workspace, rule }: UrlTest): string {
  const guest = workspace === undefined ? 'in the guest' : `in the guest of "${workspace}"`;
  const where = {
    guest: `opens ${guest}`,
    host: 'opens in the browser of this computer',
    deny: 'is not opened',
  }[to];
  const why = rule
    ? `because of line ${rule.line} of ${displayText(rule.source, 200)}: ${displayText(rule.text, 240)}`
    : `as no rule is about it, and it was clicked ${from === 'host' ? 'on this computer' : 'in the guest'}`;
  return `${url}\n${where}, ${why}`;
}

function unknownSide(side: string): XPaneError {
  return new XPaneError('usage.invalid', `"${side}" is no side.`, 'Give --side host or --side guest.');
}
