export { s3ServerProgram, startS3Server } from './s3-server.ts';
export type { S3Server } from './s3-server.ts';
