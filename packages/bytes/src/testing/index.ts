export {
  documentedRows,
  fixturesDir,
  listFixtures,
  readFixture,
  readVectors,
  vectorsDir,
} from './fixtures.ts';
