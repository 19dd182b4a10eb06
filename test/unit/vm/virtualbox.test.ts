import { expect, onTestFinished, test, vi } from 'vitest';
import { pause } from '../../../src/shared/deadline.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { creationCalls } from '../../../src/vm/virtualbox/machine-arguments.ts';
import { turnOff } from '../../../src/vm/virtualbox/machine-end.ts';
import { parseMachineInfo } from '../../../src/vm/virtualbox/machine-info.ts';
import { parseVersion, type VBoxManage } from '../../../src/vm/virtualbox/vboxmanage.ts';
import { machineSchema } from '../../../src/workspace/machine-settings.ts';

const uuid = '0fc20e1b-d21f-40b4-b13c-69d1438503fb';
const info = (state: string) => `name="xpane-office"\nUUID="${uuid}"\nmemory=512\nVMState="${state}"
VMStateChangeTime="2026-11-23T10:00:00.000000000"\nVideoMode="720,400,0"@0,0 1\n"disk-0-0"="/d/disk.vdi"\n`;

test.each([
  ['poweroff', 'off'],
  ['aborted', 'off'],
  ['saved', 'saved'],
  ['aborted-saved', 'saved'],
  ['gurumeditation', 'stuck'],
  ['running', 'live'],
  ['saving', 'live'],
])('a machine that is %s is %s', (state, phase) => {
  expect(parseMachineInfo(info(state), uuid)).toEqual({ state, phase });
});

test.each([
  ['a state that nobody knows', info('dreaming')],
  ['no state', info('running').replace('VMState=', 'Other=')],
  ['two states', info('running') + info('poweroff')],
  ['a state without quotes', info('running').replace('"running"', 'running')],
  ['another machine', info('running').replace('0fc20e1b', '0fc20e1c')],
  ['nothing', ''],
])('%s is not understood', (_, text) => {
  expect(() => parseMachineInfo(text, uuid)).toThrow(
    expect.objectContaining({ code: 'vm.virtualbox-unclear' }),
  );
});

test.each(['7.0.26r168464', '7.1.12_Debianr169651', 'WARNING: something else\n7.2.0r170228'])(
  'the version %j is understood',
  (text) => {
    expect(parseVersion(`${text}\n`)).toMatchObject({ major: 7 });
  },
);

const machine = {
  ...{ uuid, name: 'xpane-office-0fc20e1b', folder: '/w/disk.vdi.snapshot', disk: '/w/disk.vdi' },
  ...{ memoryMiB: 512, hardware: machineSchema.parse({}), port: 40_000 },
};
const callsOf = (version: string, hardware: object = {}) =>
  creationCalls({ ...machine, hardware: machineSchema.parse(hardware) }, parseVersion(version));

test('a CD to be set up from is in the second drive', () => {
  const setUpDisk = '/w/set-up.iso';
  const calls = creationCalls({ ...machine, setUpDisk }, parseVersion('7.0.26r168464'));
  expect(calls.slice(0, -1)).toEqual(callsOf('7.0.26r168464'));
  expect(calls.at(-1)?.join(' ')).toBe(
    `storageattach ${uuid} --storagectl=disk --port=1 --device=0 --type=dvddrive --medium=${setUpDisk}`,
  );
});

test('the calls that make a machine', () => {
  expect(callsOf('7.0.26r168464')).toEqual([
    [
      ...['createvm', '--name=xpane-office-0fc20e1b', '--basefolder=/w/disk.vdi.snapshot'],
      ...['--ostype=WindowsXP', `--uuid=${uuid}`, '--register'],
    ],
    [
      ...['modifyvm', uuid, '--memory=512', '--cpus=1', '--vram=16', '--graphicscontroller=vboxvga'],
      ...['--chipset=piix3', '--firmware=bios', '--acpi=on', '--ioapic=off', '--rtc-use-utc=off'],
      ...['--boot1=disk', '--boot2=none', '--boot3=none', '--boot4=none', '--audio-driver=none'],
      ...['--clipboard-mode=disabled', '--drag-and-drop=disabled', '--vrde=off', '--nic1=nat'],
      ...['--nic-type1=Am79C973', '--cable-connected1=on', '--nat-localhostreachable1=off'],
      '--nat-pf1=xpane,tcp,127.0.0.1,40000,,7007',
    ],
    [
      ...['storagectl', uuid, '--name=disk', '--add=ide', '--controller=PIIX4'],
      ...['--portcount=2', '--bootable=on'],
    ],
    [
      ...['storageattach', uuid, '--storagectl=disk', '--port=0', '--device=0', '--type=hdd'],
      ...['--medium=/w/disk.vdi', '--mtype=normal'],
    ],
  ]);
});

test('7.1 is told which processor', () => {
  expect(callsOf('7.1.0r164728')[0]).toContain('--platform-architecture=x86');
});

test('a machine is turned off again and again, and given up after a minute', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let tries = 0;
  const refusing = (until: number): VBoxManage => ({
    version: parseVersion('7.0.26r168464'),
    run: async () => {
      tries += 1;
      if (tries < until) throw new XPaneError('vm.virtualbox-failed', 'It is busy.', 'Wait.');
      return '';
    },
    info: async () =>
      tries < until ? { phase: 'live', state: 'saving' } : { phase: 'off', state: 'poweroff' },
  });
  const off = turnOff(refusing(3), 'uuid');
  await vi.advanceTimersByTimeAsync(5_000);
  await off;
  expect(tries).toBe(3);
  const never = expect(turnOff(refusing(Infinity), 'uuid')).rejects.toMatchObject({
    code: 'vm.still-running',
  });
  await vi.advanceTimersByTimeAsync(61_000);
  await never;
});

test('a VBoxManage that hangs is ended in time for the next one, and for a last look', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const begunMs = performance.now();
  const calls: { call: string; atMs: number; timeoutMs: number }[] = [];
  const hang = async (call: string, timeoutMs = Infinity): Promise<never> => {
    calls.push({ call, atMs: performance.now() - begunMs, timeoutMs });
    await pause(timeoutMs);
    throw new XPaneError('process.timeout', 'It did not finish.', 'Wait.');
  };
  const hung: VBoxManage = {
    version: parseVersion('7.0.26r168464'),
    run: (_, options) => hang('poweroff', options?.timeoutMs),
    info: (_, options) => hang('info', options?.timeoutMs),
  };
  const never = expect(turnOff(hung, 'uuid')).rejects.toMatchObject({ code: 'vm.still-running' });
  await vi.advanceTimersByTimeAsync(62_000);
  await never;
  expect(calls.filter(({ call }) => call === 'poweroff').length).toBeGreaterThan(2);
  const lasted = calls.map(({ atMs, timeoutMs }) => atMs + timeoutMs);
  expect(Math.max(...lasted)).toBeLessThanOrEqual(60_001);
  for (const { call, timeoutMs } of calls) {
    expect(timeoutMs).toBeLessThanOrEqual(10_000);
    if (call === 'info') expect(timeoutMs).toBeGreaterThan(900);
  }
});

test('hardware that VirtualBox has by another name, or not at all', () => {
  const calls = callsOf('7.0.26r168464', { diskBus: 'sata', nic: 'e1000', cpus: 2 }).flat();
  expect(calls).toEqual(
    expect.arrayContaining(['--add=sata', '--controller=IntelAhci', '--nic-type1=82540EM', '--ioapic=on']),
  );
  expect(() => callsOf('7.0.26r168464', { diskBus: 'virtio' })).toThrow(
    expect.objectContaining({ code: 'vm.virtualbox-disk-bus' }),
  );
});
