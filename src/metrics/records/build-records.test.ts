import { describeBuildRecords } from '../testing.ts';
import { MemoryBuildRecords } from './memory-build-records.ts';

describeBuildRecords('in memory', () => ({ records: new MemoryBuildRecords() }));
