// Goal: suspending asks first and names what it does, reinstating does not ask, and both come to the chain, for members and organisations
// alike. Method: the four commands on the sample consortium's node, and what the chain says after each.
import { expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';

it('members and organisations are suspended and reinstated', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  await place.start();
  const organisation = 'kite-freight';
  const cases = [
    {
      noun: 'member',
      typed: 'depositor',
      name: 'lanhe-dairy/depositor',
      effect: 'All statements of lanhe-dairy/depositor will be refused.',
      args: { member: 'lanhe-dairy/depositor' },
      method: 'Member',
    },
    {
      noun: 'org',
      typed: organisation,
      name: organisation,
      effect: `All members of ${organisation} will be refused.`,
      args: { organisation },
      method: 'Organisation',
    },
  ];
  for (const { noun, typed, name, effect, args, method } of cases) {
    const status = async (): Promise<unknown> =>
      (JSON.parse((await place.must(noun, 'show', name, '--json')).out) as { status: unknown })
        .status;
    // A change is waited for until it can be read.
    const suspended = await place.must(noun, 'suspend', typed, '--yes');
    expect(suspended.out).toContain(`✓ ${name} is suspended, from height `);
    expect(await status()).toBe('suspended');

    const reinstated = await place.must(noun, 'reinstate', typed, '--json');
    expect(JSON.parse(reinstated.out)).toMatchObject({
      format: 'hefu-change/1',
      method: `reinstate${method}`,
      args,
      as: 'lanhe-dairy/admin',
      code: 'ok',
    });
    expect(await status()).toBe('active');

    const asked = await place.run(noun, 'suspend', typed);
    expect([asked.exit, asked.out], name).toEqual([2, '']);
    expect(asked.err).toContain(`this wants to be confirmed: ${effect}`);
    expect(await status()).toBe('active');
  }
});
