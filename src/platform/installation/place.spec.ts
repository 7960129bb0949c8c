import { describe, expect, it } from '@jest/globals';
import { differences, type Place } from './place.js';

const HOME: Place = { systemIdentifier: '7001', databaseOid: '5', tableOid: '16401', folder: { inode: '11', birth: '1700' }, name: 'production' };

describe('Whether a database is where it was', () => {
  it.each<[string, Partial<Place>, RegExp | null]>([
    ['a restart', {}, null],
    ['a dump in another cluster', { systemIdentifier: '7002' }, /another PostgreSQL cluster/],
    ['a dump in another database of the cluster', { databaseOid: '6' }, /made anew/],
    ['a dump over the same database', { tableOid: '29001' }, /made anew/],
    ['a copied data folder', { folder: { inode: '12', birth: '1800' } }, /folder of the embedded database/],
    ['a shared folder whose inodes change', { folder: { inode: '12', birth: '1700' } }, null],
    ['a file system that knows no births', { folder: { inode: '11', birth: '0' } }, null],
    ['a copy there', { folder: { inode: '12', birth: '0' } }, /folder of the embedded database/],
    ['a clone of the disk with a name of its own', { name: 'staging' }, /INSTALLATION_NAME is 'staging'/],
    ['a process without a name', { name: null }, null],
    ['a PostgreSQL that does not tell', { systemIdentifier: null }, null],
  ])('%s', (_case, present, expected) => {
    const found = differences(HOME, { ...HOME, ...present });
    if (expected === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringMatching(expected)]);
  });
});
