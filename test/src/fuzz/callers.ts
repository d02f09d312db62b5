import type { Random } from '../faults/random.ts';
import { chance, choice, hostileText } from './hostile.ts';

/** Whoever asks. */
export interface Caller {
  readonly name: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Whether the node knows them. */
  readonly known: boolean;
}

const ROLES = ['admin', 'operator', 'member', 'auditor', 'read-only'] as const;
const MEMBER = 'lanhe-dairy/depositor';
/** Somebody of another organisation, whose keys the node does not hold. */
const GUEST = 'kite-freight/admin';
/** What our own page sends with what changes something. */
const OWN_PAGE: readonly (readonly [string, string])[] = [
  ['Hefu-Request', '1'],
  ['Sec-Fetch-Site', 'same-origin'],
];

export const PASSWORD = 'quiet lantern over nine boats';

interface Added {
  readonly key: string;
}

/** Makes keys and sessions of every role, by the operator's token. Each round has names of its own. */
export async function makeCallers(
  url: string,
  token: string,
  round: number,
): Promise<readonly Caller[]> {
  const operator = { authorization: `Bearer ${token}` };
  async function post<T>(
    path: string,
    body: object,
    headers: Record<string, string> = operator,
  ): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (answer.status === 204 ? {} : await answer.json()) as T;
  }
  const callers: Caller[] = [
    { name: 'nobody', headers: [], known: false },
    { name: 'operator token', headers: [['Authorization', `Bearer ${token}`]], known: true },
  ];
  for (const role of ROLES) {
    const member = role === 'member' ? { member: MEMBER } : {};
    const { key } = await post<Added>('/v1/accounts/keys', {
      name: `fuzz ${role}`,
      roles: [role],
      ...member,
    });
    callers.push({
      name: `key of ${role}`,
      headers: [['Authorization', `Bearer ${key}`]],
      known: true,
    });
    const basic = Buffer.from(`anyone:${key}`).toString('base64');
    callers.push({
      name: `basic of ${role}`,
      headers: [['Authorization', `Basic ${basic}`]],
      known: true,
    });
    const cookie = await sessionOf(role, member);
    callers.push({
      name: `session of ${role}`,
      headers: [['Cookie', cookie], ...OWN_PAGE],
      known: true,
    });
  }
  const all = { name: 'fuzz guest', roles: [...ROLES], member: GUEST };
  const guest = await post<Added>('/v1/accounts/keys', all);
  callers.push({ name: 'guest', headers: [['Authorization', `Bearer ${guest.key}`]], known: true });
  const revoked = await post<Added>('/v1/accounts/keys', {
    name: 'fuzz revoked',
    roles: ['admin'],
  });
  const id = revoked.key.slice(0, 'hefu_'.length + 15);
  await fetch(`${url}/v1/accounts/keys/${id}`, { method: 'DELETE', headers: operator });
  callers.push({
    name: 'revoked',
    headers: [['Authorization', `Bearer ${revoked.key}`]],
    known: false,
  });
  return callers;

  async function sessionOf(role: string, member: object): Promise<string> {
    const name = `fuzz-${role}-${round}`;
    const user = await post<{ readonly id: string }>('/v1/accounts/users', {
      name,
      roles: [role],
      ...member,
    });
    const link = await post<{ readonly url: string }>(`/v1/accounts/users/${user.id}/link`, {});
    const answer = await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link: new URL(link.url).hash.slice(1) }),
    });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) {
      throw new Error(`no session: ${answer.status} ${await answer.text()}`);
    }
    if (role === 'member') {
      const headers = { cookie, ...Object.fromEntries(OWN_PAGE) };
      await post('/v1/session/password', { password: PASSWORD }, headers);
    }
    return cookie;
  }
}

/** A caller as they are, or with something wrong about what they show. */
export function pickCaller(callers: readonly Caller[], random: Random, hostile: boolean): Caller {
  const caller = choice(callers, random);
  if (!hostile || !chance(random, 0.3)) return caller;
  return choice<() => Caller>(
    [
      () => ({
        ...caller,
        name: `${caller.name} twice`,
        headers: [...caller.headers, ...caller.headers],
      }),
      () => ({
        name: 'wrong bearer',
        headers: [['Authorization', `Bearer ${'x'.repeat(random.between(1, 60))}`]],
        known: false,
      }),
      () => ({
        name: 'odd scheme',
        headers: [['Authorization', hostileText(random).replaceAll(/[\0\r\n]/g, '')]],
        known: false,
      }),
      () => ({
        name: 'odd basic',
        headers: [
          ['Authorization', `Basic ${Buffer.from(hostileText(random)).toString('base64')}`],
        ],
        known: false,
      }),
      () => ({
        name: 'planted cookie',
        headers: [['Cookie', `hefu-session=${'a'.repeat(43)}; hefu-session=${'b'.repeat(43)}`]],
        known: false,
      }),
      () => ({
        name: 'odd cookie',
        headers: [['Cookie', `${hostileText(random).replaceAll(/[\0\r\n]/g, '')}=1; =; ;;`]],
        known: false,
      }),
      () => ({
        ...caller,
        name: `${caller.name} from another site`,
        headers: [
          ...caller.headers.filter(([name]) => name === 'Cookie' || name === 'Authorization'),
          ['Origin', 'https://evil.example'],
          ['Sec-Fetch-Site', 'cross-site'],
        ],
      }),
    ],
    random,
  )();
}
