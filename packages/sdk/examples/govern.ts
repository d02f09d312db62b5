// Proposes a change of the rules, votes, and reads what came of it.
import { client, signer } from './setup.ts';

const own = await client();
const admin = await signer(own);

const made = await own.governance.propose(admin, {
  title: 'A heartbeat every half minute',
  actions: [{ method: 'setParameters', args: { heartbeatMs: 30_000 } }],
  deadline: Date.now() + 7 * 86_400_000,
});
await own.waitForReads(made.height);
const { status, votes } = await own.governance.proposal(made.proposal);
console.log(`${status} with ${votes.yes} for it`);

// Each organisation's admin votes with its own key; what is decided already takes no votes.
if (status === 'open') {
  const { code } = await own.governance.withdraw(admin, made.proposal);
  console.log(`taken back: ${code}`);
}
console.log(`in force: ${(await own.governance.rules()).parameters['heartbeatMs']} ms`);
