import { rmSync } from 'node:fs';
import { test, expect } from 'vitest';
import { silentLog } from '/work/main/src/shared/log.ts';
import { createBackend } from '/work/main/src/vm/backends.ts';
import { killServiceDuringStart, processesIn } from '/work/main/test/component/fixtures/killed-service.ts';
import { fakeAppliance, specIn, testFolder } from '/work/main/test/component/fixtures/sandbox-guest.ts';
test('many', async () => {
  const folder = testFolder(); const appliance = fakeAppliance(folder,'deaf'); const spec=specIn(folder);
  await createBackend('sandbox',{appliance,cache:folder,log:silentLog}).prepareDisk(spec.disk);
  let left=0;
  for (let i=0;i<150;i++) {
    await killServiceDuringStart({kind:'sandbox',cache:folder,appliance,spec}, i%30);
    let n=0; for(;n<100 && processesIn(folder).length;n++) await new Promise(r=>setTimeout(r,20));
    if (n===100) { left++; for (const p of processesIn(folder)) process.kill(p.pid,'SIGKILL'); }
    rmSync(spec.runtimeFolder,{recursive:true});
  }
  console.log('LEFT', left, 'of 150');
}, 500000);
