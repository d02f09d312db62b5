// Reads values of the state, each with its proof, and proves that another one is not there.
import { client } from './setup.ts';

const own = await client();

const { organisations } = await own.chainInfo();
for (const { id } of organisations) {
  const read = await own.state('membership', 'organisations', id);
  console.log(`${id} at height ${read.height}:`, read.value);
}

const nobody = await own.state('membership', 'organisations', 'nobody');
console.log(`nobody: ${nobody.present ? 'present' : 'proven to be absent'}`);

const early = await own.state('membership', 'organisations', 'nobody', { atHeight: 0 });
console.log(
  `nobody, at height ${early.height}: ${early.present ? 'present' : 'proven to be absent'}`,
);
