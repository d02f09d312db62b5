import * as accountAdd from './cmds/account/add.ts';
import * as accountAudit from './cmds/account/audit.ts';
import * as accountDisable from './cmds/account/disable.ts';
import * as accountEnable from './cmds/account/enable.ts';
import * as accountKey from './cmds/account/key.ts';
import * as accountKeys from './cmds/account/keys.ts';
import * as accountLink from './cmds/account/link.ts';
import * as accountList from './cmds/account/list.ts';
import * as accountPassword from './cmds/account/password.ts';
import * as accountRevoke from './cmds/account/revoke.ts';
import * as benchCommand from './cmds/bench.ts';
import * as backupCommand from './cmds/backup/create.ts';
import * as backupList from './cmds/backup/list.ts';
import * as backupVerify from './cmds/backup/verify.ts';
import * as evidenceDeposit from './cmds/evidence/deposit.ts';
import * as evidenceFind from './cmds/evidence/find.ts';
import * as exportTiles from './cmds/export-tiles.ts';
import * as exportTail from './cmds/export-tail.ts';
import * as fsckCommand from './cmds/fsck.ts';
import * as initCommand from './cmds/init.ts';
import * as chainBreak from './cmds/chain/break.ts';
import * as keyCheckpoint from './cmds/key/checkpoint.ts';
import * as keyImport from './cmds/key/import.ts';
import * as keyList from './cmds/key/list.ts';
import * as keyNew from './cmds/key/new.ts';
import * as logCheck from './cmds/log/check.ts';
import * as memberAdd from './cmds/member/add.ts';
import * as memberCertificateImport from './cmds/member/certificate/import.ts';
import * as memberCertificateList from './cmds/member/certificate/list.ts';
import * as memberCertificateRevoke from './cmds/member/certificate/revoke.ts';
import * as memberCertificateShow from './cmds/member/certificate/show.ts';
import * as memberKeyAdd from './cmds/member/key/add.ts';
import * as memberKeyRecover from './cmds/member/key/recover.ts';
import * as memberKeyRevoke from './cmds/member/key/revoke.ts';
import * as memberKeyRotate from './cmds/member/key/rotate.ts';
import * as memberList from './cmds/member/list.ts';
import * as memberReinstate from './cmds/member/reinstate.ts';
import * as memberRoles from './cmds/member/roles.ts';
import * as memberShow from './cmds/member/show.ts';
import * as memberSuspend from './cmds/member/suspend.ts';
import * as nodeStart from './cmds/node/start.ts';
import * as nodeStatus from './cmds/node/status.ts';
import * as orgAdd from './cmds/org/add.ts';
import * as orgCaAdd from './cmds/org/ca/add.ts';
import * as orgCaList from './cmds/org/ca/list.ts';
import * as orgCaRemove from './cmds/org/ca/remove.ts';
import * as orgList from './cmds/org/list.ts';
import * as orgReinstate from './cmds/org/reinstate.ts';
import * as orgShow from './cmds/org/show.ts';
import * as orgSuspend from './cmds/org/suspend.ts';
import * as proposalCreate from './cmds/proposal/create.ts';
import * as proposalList from './cmds/proposal/list.ts';
import * as proposalShow from './cmds/proposal/show.ts';
import * as proposalVote from './cmds/proposal/vote.ts';
import * as receiptGet from './cmds/receipt/get.ts';
import * as scittIssuerAdd from './cmds/scitt/issuer/add.ts';
import * as scittIssuerRemove from './cmds/scitt/issuer/remove.ts';
import * as scittIssuerShow from './cmds/scitt/issuer/show.ts';
import * as scittReceipt from './cmds/scitt/receipt.ts';
import * as scittRegister from './cmds/scitt/register.ts';
import * as scittVerify from './cmds/scitt/verify.ts';
import * as shareCheck from './cmds/share/check.ts';
import * as shareGrant from './cmds/share/grant.ts';
import * as shareKey from './cmds/share/key.ts';
import * as shareList from './cmds/share/list.ts';
import * as sharePull from './cmds/share/pull.ts';
import * as shareRevoke from './cmds/share/revoke.ts';
import * as shareShow from './cmds/share/show.ts';
import * as vaultCheck from './cmds/vault/check.ts';
import * as vaultErase from './cmds/vault/erase.ts';
import * as vaultGet from './cmds/vault/get.ts';
import * as vaultList from './cmds/vault/list.ts';
import * as vaultShow from './cmds/vault/show.ts';
import * as vaultUsage from './cmds/vault/usage.ts';
import * as verifierCommand from './cmds/verifier.ts';
import * as restoreCommand from './cmds/restore.ts';
import * as verifyCommand from './cmds/verify.ts';
import type { Command, OptionText } from './command.ts';

/** What the words that only group commands are about. */
export const NOUNS: Readonly<Record<string, string>> = {
  node: 'The node of a data folder.',
  account: 'Users and API keys of the node, and what they did.',
  key: 'Keys in the keystore of the data folder.',
  chain: 'What only an operator decides about a chain.',
  org: 'Organisations of the chain.',
  'org ca': 'Certificate authorities of an organisation.',
  member: 'Members of the chain, with their roles and keys.',
  'member key': 'Keys of a member, as the chain knows them.',
  'member certificate': 'X.509 certificates by which members’ keys count.',
  proposal: 'Proposals: what the consortium changes of itself by vote.',
  evidence: 'Evidence: deposit and find.',
  receipt: 'Receipts of statements.',
  scitt: 'Statements of other systems, registered by SCITT.',
  'scitt issuer': 'Who makes such statements outside of the chain.',
  share: 'Grants: which organisation may have which object of another’s vault.',
  vault: 'The vault of the node: contents, encrypted, by their digests.',
  log: 'The log as everybody sees it.',
};

/** Every command, in the order of help and reference. */
export const COMMANDS: readonly Command[] = [
  { words: ['init'], ...initCommand },
  { words: ['node', 'start'], ...nodeStart },
  { words: ['node', 'status'], ...nodeStatus },
  { words: ['account', 'add'], ...accountAdd },
  { words: ['account', 'list'], ...accountList },
  { words: ['account', 'disable'], ...accountDisable },
  { words: ['account', 'enable'], ...accountEnable },
  { words: ['account', 'password'], ...accountPassword },
  { words: ['account', 'link'], ...accountLink },
  { words: ['account', 'key'], ...accountKey },
  { words: ['account', 'keys'], ...accountKeys },
  { words: ['account', 'revoke'], ...accountRevoke },
  { words: ['account', 'audit'], ...accountAudit },
  { words: ['chain', 'break'], ...chainBreak },
  { words: ['key', 'new'], ...keyNew },
  { words: ['key', 'import'], ...keyImport },
  { words: ['key', 'checkpoint'], ...keyCheckpoint },
  { words: ['key', 'list'], ...keyList },
  { words: ['org', 'list'], ...orgList },
  { words: ['org', 'show'], ...orgShow },
  { words: ['org', 'add'], ...orgAdd },
  { words: ['org', 'suspend'], ...orgSuspend },
  { words: ['org', 'reinstate'], ...orgReinstate },
  { words: ['org', 'ca', 'add'], ...orgCaAdd },
  { words: ['org', 'ca', 'list'], ...orgCaList },
  { words: ['org', 'ca', 'remove'], ...orgCaRemove },
  { words: ['member', 'list'], ...memberList },
  { words: ['member', 'show'], ...memberShow },
  { words: ['member', 'add'], ...memberAdd },
  { words: ['member', 'suspend'], ...memberSuspend },
  { words: ['member', 'reinstate'], ...memberReinstate },
  { words: ['member', 'roles'], ...memberRoles },
  { words: ['member', 'key', 'add'], ...memberKeyAdd },
  { words: ['member', 'key', 'rotate'], ...memberKeyRotate },
  { words: ['member', 'key', 'revoke'], ...memberKeyRevoke },
  { words: ['member', 'key', 'recover'], ...memberKeyRecover },
  { words: ['member', 'certificate', 'import'], ...memberCertificateImport },
  { words: ['member', 'certificate', 'list'], ...memberCertificateList },
  { words: ['member', 'certificate', 'show'], ...memberCertificateShow },
  { words: ['member', 'certificate', 'revoke'], ...memberCertificateRevoke },
  { words: ['proposal', 'create'], ...proposalCreate },
  { words: ['proposal', 'list'], ...proposalList },
  { words: ['proposal', 'show'], ...proposalShow },
  { words: ['proposal', 'vote'], ...proposalVote },
  { words: ['evidence', 'deposit'], ...evidenceDeposit },
  { words: ['evidence', 'find'], ...evidenceFind },
  { words: ['receipt', 'get'], ...receiptGet },
  { words: ['scitt', 'register'], ...scittRegister },
  { words: ['scitt', 'receipt'], ...scittReceipt },
  { words: ['scitt', 'verify'], ...scittVerify },
  { words: ['scitt', 'issuer', 'add'], ...scittIssuerAdd },
  { words: ['scitt', 'issuer', 'show'], ...scittIssuerShow },
  { words: ['scitt', 'issuer', 'remove'], ...scittIssuerRemove },
  { words: ['share', 'grant'], ...shareGrant },
  { words: ['share', 'list'], ...shareList },
  { words: ['share', 'show'], ...shareShow },
  { words: ['share', 'pull'], ...sharePull },
  { words: ['share', 'check'], ...shareCheck },
  { words: ['share', 'revoke'], ...shareRevoke },
  { words: ['share', 'key'], ...shareKey },
  { words: ['vault', 'list'], ...vaultList },
  { words: ['vault', 'show'], ...vaultShow },
  { words: ['vault', 'get'], ...vaultGet },
  { words: ['vault', 'erase'], ...vaultErase },
  { words: ['vault', 'usage'], ...vaultUsage },
  { words: ['vault', 'check'], ...vaultCheck },
  { words: ['verify'], ...verifyCommand },
  { words: ['verifier'], ...verifierCommand },
  { words: ['log', 'check'], ...logCheck },
  { words: ['fsck'], ...fsckCommand },
  { words: ['backup'], ...backupCommand },
  { words: ['backup', 'list'], ...backupList },
  { words: ['backup', 'verify'], ...backupVerify },
  { words: ['restore'], ...restoreCommand },
  { words: ['export-tiles'], ...exportTiles },
  { words: ['export-tail'], ...exportTail },
  { words: ['bench'], ...benchCommand },
];

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionText[] = [
  { flags: '--data <folder>', summary: 'The data folder; HEFU_DATA or ./data unless given.' },
  { flags: '--url <address>', summary: 'The node; the one of the data folder unless given.' },
  { flags: '--json', summary: 'Prints JSON; streams as one value a line.' },
  { flags: '-q, --quiet', summary: 'Says nothing beside the result.' },
  { flags: '--no-color', summary: 'No colours; NO_COLOR does the same.' },
  { flags: '-y, --yes', summary: 'Answers every question with yes.' },
  { flags: '--no-input', summary: 'Asks nothing; what would have to be asked is refused.' },
];
