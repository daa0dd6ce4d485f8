import { bicepMissing, findBicep, runBicep } from './bicep.ts';
import { regionFiles, snapshotCommand, variantFiles } from './parameterFiles.ts';

/** Writes the snapshot of every parameter file anew; what a change does is then read in their diff. */
const bicep = findBicep();
if (bicep === undefined) throw new Error(bicepMissing);
for (const file of [...regionFiles, ...variantFiles]) {
  const { status, findings } = runBicep(bicep, ...snapshotCommand(file, 'overwrite'));
  if (status !== 0) throw new Error(`${file.title}: ${findings}`);
  console.log(file.title);
}
